import { type CallOptions, Code } from "@connectrpc/connect";
import type { EventClient } from "../../client/events/event-client.js";
import { sluiceError } from "../../client/sluice-error.js";
import { LineError } from "./input-lines.js";
import type { LineBatch } from "./line-batches.js";

/** Batches that are on their way at once: as many as a server takes. */
const maxUnderWay = 16;

/** How far it is. */
export interface Acknowledged {
  /** Events that are stored, and the sessions that they were stored as. */
  events: number;
  sessions: number;
  /** Those of them that were stored before, with the same idempotency key. */
  replayed: number;
  /** All events up to this line; 0 for none. */
  line: number;
}

/** What has kept lines from being stored. */
export interface AppendFailure {
  readonly error: unknown;
  /** The lines of the batch that was refused, if one was; an index of its events is one of these. */
  readonly refused: readonly number[];
  /** The first and the last line of which nobody knows whether they are stored. */
  readonly unknown: readonly [number, number] | undefined;
}

/** Appends batches of lines over one call; each waits its turn while too many are on their way. */
export class LineAppender {
  readonly acknowledged: Acknowledged = { events: 0, sessions: 0, replayed: 0, line: 0 };
  readonly #underWay: LineBatch[] = [];
  #onRoom = () => {};
  #wrong: LineError | undefined;

  constructor(
    private readonly client: EventClient,
    private readonly batches: AsyncIterable<LineBatch>,
    private readonly onProgress: (acknowledged: Acknowledged) => void,
  ) {}

  /** @returns what has failed, if anything has; then all that was acknowledged stays so. */
  async run(options: CallOptions): Promise<AppendFailure | undefined> {
    try {
      for await (const { replayed } of this.client.appendStream(this.#send(), options)) {
        this.#acknowledge(replayed);
      }
    } catch (error) {
      return this.#failure(error);
    }
    if (this.#wrong === undefined && this.#underWay.length === 0) return undefined;
    return this.#failure(this.#wrong ?? new Error("the server ended the call"));
  }

  async *#send(): AsyncGenerator<LineBatch> {
    try {
      for await (const batch of this.batches) {
        this.#underWay.push(batch);
        yield batch;
        while (this.#underWay.length >= maxUnderWay) await this.#room();
      }
    } catch (error) {
      // What is on its way is not given up for it.
      if (!(error instanceof LineError)) throw error;
      this.#wrong = error;
    }
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  #acknowledge(replayed: boolean): void {
    const { acknowledged } = this;
    const { events, lines } = this.#underWay.shift()!;
    acknowledged.events += events.length;
    acknowledged.sessions++;
    if (replayed) acknowledged.replayed += events.length;
    acknowledged.line = lines.at(-1)!;
    this.#onRoom();
    this.onProgress(acknowledged);
  }

  #failure(error: unknown): AppendFailure {
    // Answers come in order: what is refused is the first that was not acknowledged.
    const refused = isRefusal(error) ? (this.#underWay.shift()?.lines ?? []) : [];
    const first = this.#underWay[0]?.lines[0];
    const last = this.#underWay.at(-1)?.lines.at(-1);
    const unknown =
      first === undefined || last === undefined ? undefined : ([first, last] as const);
    return { error, refused, unknown };
  }
}

/** Whether a server has told that it stores none of a batch. */
function isRefusal(error: unknown): boolean {
  const coded = sluiceError(error);
  return coded !== undefined && coded.status !== Code.Unavailable;
}
