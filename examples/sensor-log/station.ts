import { type EventLog, timestampFromDate } from "sluice/events";
import { Metronome } from "../common/metronome.js";
import { type HourlyNormal, normalMeasures } from "./data-sets/hourly-normals.js";

const streamKey = "simulated/seattle";

/** What a station depends on besides its log. */
export interface StationOptions {
  /** What it plays, over and over. */
  readonly normals: readonly HourlyNormal[];
  /** Time from one reading to the next, in milliseconds. */
  readonly everyMs: number;
  /** Default: the time of day. */
  readonly now?: () => Date;
}

/**
 * A station that is simulated, and says so in the types of its events, `simulated/seattle/<measure>`:
 * it plays an average year, an hour with each reading. The time of a reading is when it is played.
 *
 * How far it is the log knows: the version of its stream. So it goes on after a restart where it was.
 */
export class Station {
  readonly #pace: Metronome;
  /** Of the stream; `undefined` if that has to be asked. */
  #version: number | undefined;
  #reading: Promise<void> | undefined;

  constructor(
    private readonly log: Pick<EventLog, "append" | "readStream">,
    private readonly options: StationOptions,
  ) {
    this.#pace = new Metronome(() => this.observe(), options.everyMs, report);
  }

  start(): void {
    this.#pace.start();
  }

  /** Resolves when nothing of it is on its way any more. */
  async stop(): Promise<void> {
    this.#pace.stop();
    // That it failed has been reported.
    await this.#reading?.catch(() => {});
  }

  /** Takes one reading of everything, and stores it as one session. */
  observe(): Promise<void> {
    this.#reading = this.#observe();
    return this.#reading;
  }

  async #observe(): Promise<void> {
    const { normals, now = () => new Date() } = this.options;
    const version = this.#version ?? (await this.log.readStream({ streamKey, limit: 1 })).version;
    // Until it is known how this append ends, it is not known where the stream is.
    this.#version = undefined;
    const played = Math.floor(version / normalMeasures.length);
    const normal = normals[played % normals.length];
    if (normal === undefined) throw new Error("a station needs at least one hour to play");
    const sourceTimestamp = timestampFromDate(now());
    const events = normalMeasures.map((measure) => ({
      type: ["simulated", "seattle", measure],
      sourceTimestamp,
      payload: { json: { value: normal[measure], hour: normal.hour } },
      streamKey,
    }));
    await this.log.append(events, { expect: [{ streamKey, version }] });
    this.#version = version + events.length;
  }
}

function report(error: unknown): void {
  console.error("station:", error);
}
