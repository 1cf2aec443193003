import type { EventBatch } from "../../client/events/to-messages.js";
import type { NewEvent } from "../../log/model/event.js";
import { type LineDefaults, parseEventLine } from "./event-line.js";
import { type InputLine, inputLines, LineError } from "./input-lines.js";

/** Events of one batch, at most; each is stored as one session. */
const maxEvents = 1_000;
/** Bytes of its lines, at most, as long as there is more than one. */
const maxBytes = 2 ** 20;

/** Lines that are stored together. */
export interface LineBatch extends EventBatch {
  /** The numbers of the lines that its events are of. */
  readonly lines: readonly number[];
}

export interface LineBatchOptions extends LineDefaults {
  /**
   * Beginning of the idempotency keys. Then batches are cut by what they have only: the same lines,
   * sent again, make the same batches. Else what has come is not kept waiting for more.
   */
  readonly key: string | undefined;
  readonly durability: "commit" | "relaxed";
  /** Has ended the input, if it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Makes batches of lines.
 *
 * @throws LineError for a line that is no event, after a batch with all those before it.
 */
export async function* lineBatches(
  input: AsyncIterable<Uint8Array>,
  options: LineBatchOptions,
): AsyncGenerator<LineBatch> {
  const { key, signal } = options;
  let batch = new Batch(options);
  let wrong: LineError | undefined;
  try {
    for await (const lines of inputLines(input, signal)) {
      for (const line of lines) {
        if (!batch.fits(line)) {
          yield batch.take();
          batch = new Batch(options);
        }
        batch.add(line);
      }
      if (key !== undefined || batch.isEmpty) continue;
      yield batch.take();
      batch = new Batch(options);
    }
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    wrong = error;
  }
  if (!batch.isEmpty) yield batch.take();
  if (wrong !== undefined) throw wrong;
}

class Batch {
  readonly #events: NewEvent[] = [];
  readonly #lines: number[] = [];
  #bytes = 0;

  constructor(private readonly options: LineBatchOptions) {}

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  fits({ text }: InputLine): boolean {
    const { length } = this.#events;
    return length === 0 || (length < maxEvents && this.#bytes + text.length <= maxBytes);
  }

  add({ number, text }: InputLine): void {
    this.#events.push(eventOf(number, text, this.options));
    this.#lines.push(number);
    this.#bytes += text.length;
  }

  take(): LineBatch {
    const { key, durability } = this.options;
    return {
      events: this.#events,
      lines: this.#lines,
      durability,
      key: key === undefined ? undefined : `${key}/${this.#lines[0]}`,
    };
  }
}

function eventOf(number: number, text: string, defaults: LineDefaults): NewEvent {
  try {
    return parseEventLine(text, defaults);
  } catch (cause) {
    throw new LineError(number, (cause as Error).message, { cause });
  }
}
