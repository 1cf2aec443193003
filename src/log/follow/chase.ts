import type { EventId } from "../model/event.js";
import { Reading } from "../read/log-reader.js";
import type { StoredEvent } from "../stored-event.js";
import { beginning } from "./beginning.js";
import { checkFollow, type Wanted } from "./check-follow.js";
import type { FollowContext } from "./follow.js";
import { lastEvent } from "./last-event.js";
import { NewestSteps } from "./newest-steps.js";
import type { Place, Step } from "./place.js";
import type { RecentSession } from "./recent-sessions.js";
import { storedSessions } from "./stored-sessions.js";
import { storedStream } from "./stored-stream.js";
import type { StreamVersion, SubscribeOptions } from "./subscribe-request.js";

/** Sessions that are given at once. */
const pageSize = 256;

/**
 * Somebody who follows a log, and goes after it: everything from a point on, in the order in which
 * it became durable, without a gap and without a repetition. Who is slow reads from storage again,
 * so nothing is kept for anybody.
 */
export class Chase {
  readonly wanted: Wanted;
  #place: Place | undefined;
  /** Where the log was when it began. */
  readonly #origin: { readonly position: number; readonly last: EventId };
  /** What has been given of the session behind the place. */
  #part: EventId | undefined;
  #wasLevel = false;
  /** For the policy "latest": what has been read and not been given. */
  readonly #newest: NewestSteps;
  /** While there is any: where it is. */
  #given: Place | undefined;

  /** @throws SluiceError `query_invalid`, `query_type_invalid`, `query_types_exceeded`. */
  constructor(
    private readonly context: FollowContext,
    private readonly options: SubscribeOptions,
  ) {
    this.wanted = checkFollow(context.reading, options);
    this.#newest = new NewestSteps(options.queueSize ?? 1);
    const { recent, reading } = context;
    this.#origin = { position: recent.last, last: lastEvent(reading.index) };
  }

  /** Where it is; `undefined` before it has begun. */
  get place(): Place | undefined {
    return this.#newest.isEmpty ? this.#place : this.#given;
  }

  /** Whether there is nothing that it has not been given. */
  get isLevel(): boolean {
    return this.#newest.isEmpty && this.#place?.position === this.context.recent.last;
  }

  /**
   * Finds the place to begin at; `steps()` does it, if nobody has.
   *
   * @throws SluiceError `event_unknown`
   */
  async begin(): Promise<Place> {
    if (this.#place !== undefined) return this.#place;
    const { from = "now" } = this.options;
    const began = await beginning(this.context.reading, this.wanted, from);
    const { position, last } = this.#origin;
    this.#part = began.part;
    this.#place = {
      position: began.position ?? position,
      last: began.last ?? last,
      version: began.version ?? 0,
    };
    return this.#place;
  }

  /** It has been given everything up to a place by somebody else. */
  moveTo(place: Place): void {
    this.#place = place;
  }

  /** Where somebody else may go on from a place. */
  reachedBy({ version, last }: Place): EventId | StreamVersion {
    return this.wanted.streamKey === undefined ? last : { version };
  }

  /**
   * What there is up to now; ends when it is level. By the policy "latest", once it has been that, one
   * session at a time, the newest of those that there are then.
   *
   * @throws SluiceError `event_unknown`, `log_closed`
   */
  async *steps(): AsyncGenerator<readonly Step[], void> {
    await this.begin();
    if (this.options.policy !== "latest" || !this.#wasLevel) yield* this.#pages();
    else {
      for (;;) {
        if (this.#newest.isEmpty) this.#given = this.#place;
        for await (const steps of this.#pages()) this.#newest.add(steps);
        const step = this.#newest.shift();
        if (step === undefined) break;
        this.#given = step.place;
        yield [step];
      }
    }
    this.#wasLevel = true;
  }

  async *#pages(): AsyncGenerator<readonly Step[], void> {
    const { recent, closed } = this.context;
    for (;;) {
      closed.throwIfAborted();
      const sessions = recent.after(this.#place!.position, pageSize);
      if (sessions === undefined) yield* this.#stored();
      else if (sessions.length > 0) yield sessions.map((session) => this.#step(session));
      else return;
    }
  }

  /** What is in storage and nowhere else. */
  async *#stored(): AsyncGenerator<readonly Step[], void> {
    const { reading, recent } = this.context;
    const { streamKey } = this.wanted;
    const from = this.#place!;
    // What comes from now on is read next time.
    const upTo = recent.last;
    const last = lastEvent(reading.index);
    const pages =
      streamKey === undefined
        ? storedSessions(new Reading(reading), this.wanted, from.position)
        : storedStream(reading, streamKey, from.version);
    for await (const records of pages) {
      const steps: Step[] = [];
      for (const { position, events } of records) {
        const selected = this.#select(events);
        if (selected.length === 0) continue;
        const place = this.#place!;
        this.#place = {
          position: Math.max(position, place.position),
          last: selected.at(-1)!.id,
          version: this.#versionOf(selected),
        };
        steps.push({ batch: { events: selected }, place: this.#place });
      }
      if (steps.length > 0) yield steps;
      this.context.closed.throwIfAborted();
    }
    this.#part = undefined;
    const place = this.#place!;
    if (place.position > upTo) return;
    this.#place = { ...place, position: upTo, last };
    yield [{ batch: undefined, place: this.#place }];
  }

  #step({ position, events }: RecentSession): Step {
    const selected = this.#select(events);
    const version = this.#versionOf(selected);
    this.#place = { position, last: events.at(-1)!.id, version };
    return {
      batch: selected.length === 0 ? undefined : { events: selected },
      place: this.#place,
    };
  }

  #versionOf(selected: readonly StoredEvent[]): number {
    const { version } = this.#place!;
    return this.wanted.streamKey === undefined
      ? version
      : (selected.at(-1)?.stream?.version ?? version);
  }

  #select(events: readonly StoredEvent[]): readonly StoredEvent[] {
    const { subscription, streamKey, server } = this.wanted;
    const { isVisible } = this.context.reading;
    const { version } = this.#place!;
    const part = this.#part;
    const selected = events.filter((event) => {
      const { id, stream, type } = event;
      if (server !== undefined && id.server !== server) return false;
      if (streamKey === undefined) {
        if (!subscription.matches(type)) return false;
      } else if (stream?.key !== streamKey || stream.version <= version) return false;
      const isGiven =
        part?.server === id.server && part.session === id.session && id.instance <= part.instance;
      return !isGiven && isVisible(event);
    });
    return selected.length === events.length ? events : selected;
  }
}
