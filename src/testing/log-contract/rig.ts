import { equal } from "node:assert/strict";
import { sluiceError } from "../../client/sluice-error.js";
import { SluiceError } from "../../errors.js";
import type { Event, NewEvent } from "../../log/model/event.js";
import type { Timestamp } from "../../log/model/timestamp.js";
import type {
  CallableLog,
  LogContractCase,
  LogPlace,
  MakeLogPlace,
  OpenedLog,
  OpenLogOptions,
} from "./contract.js";

/** A log that is open, with a clock that stands still; disposing it removes it. */
export class Rig implements AsyncDisposable {
  static async open(makePlace: MakeLogPlace, options: OpenLogOptions = {}): Promise<Rig> {
    const rig = new Rig(await makePlace(), options);
    await rig.#open();
    return rig;
  }

  /** What the log takes for the time of day. */
  now: Timestamp = at(1_000);
  #opened: OpenedLog | undefined;

  private constructor(
    private readonly place: LogPlace,
    private readonly options: OpenLogOptions,
  ) {}

  get log(): CallableLog {
    return this.#opened!.log;
  }

  get host(): OpenedLog["host"] {
    return this.#opened!.host;
  }

  async reopen(): Promise<void> {
    await this.close();
    await this.#open();
  }

  /** For a loop: at once, then after opening again. */
  async *twice(): AsyncGenerator<string, void> {
    yield "at once";
    await this.reopen();
    yield "after opening again";
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<void> {
    this.#opened = await this.place.open({ now: () => this.now, ...this.options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.place[Symbol.asyncDispose]();
  }
}

/** A case that needs one open log. */
export function contractCase(
  name: string,
  check: (rig: Rig) => Promise<void>,
  options?: OpenLogOptions,
): LogContractCase {
  return {
    name,
    async run(makePlace) {
      await using rig = await Rig.open(makePlace, options);
      await check(rig);
    },
  };
}

/** Seconds after 1970, and so many microseconds. */
export function at(seconds: number, micros = 0): Timestamp {
  return { seconds: BigInt(seconds), micros };
}

/** An event whose payload tells it from others. */
export function event(type: string, json: number | string, streamKey?: string): NewEvent {
  return { type: type.split("/"), payload: { json }, streamKey };
}

/** Events from one number to another, of one type. */
export function numbered(from: number, to: number, type = "a"): NewEvent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => event(type, from + i));
}

/** An event as values only, wherever it comes from: what is `undefined` is left out. */
export function plain({ id, type, timestamp, sourceTimestamp, payload, stream }: Event): Event {
  return {
    id: { ...id },
    type: [...type],
    timestamp: { ...timestamp },
    ...(sourceTimestamp && { sourceTimestamp: { ...sourceTimestamp } }),
    ...(payload && { payload: "json" in payload ? { ...payload } : binary(payload.binary) }),
    ...(stream && { stream: { ...stream } }),
  };
}

function binary({ type, data }: { readonly type: string; readonly data: Uint8Array }) {
  return { binary: { type, data: Uint8Array.from(data) } };
}

/** What `event()` was told. */
export function told({ payload }: Event): unknown {
  return payload !== undefined && "json" in payload ? payload.json : undefined;
}

/** The events of all pages. */
export async function all(
  pages: AsyncIterable<{ readonly events: readonly Event[] }>,
): Promise<Event[]> {
  const found: Event[] = [];
  for await (const { events } of pages) found.push(...events.map(plain));
  return found;
}

/** What the events of all pages were told. */
export async function allTold(pages: Parameters<typeof all>[0]): Promise<unknown[]> {
  return (await all(pages)).map(told);
}

/** The first page. */
export async function first<Page>(pages: AsyncIterable<Page>): Promise<Page> {
  for await (const page of pages) return page;
  throw new Error("There is no page");
}

/** What is refused: a call, or a loop, also one that is not begun yet. */
type Failing = PromiseLike<unknown> | AsyncIterable<unknown> | (() => AsyncIterable<unknown>);

/** Checks that something fails with a code, and which fields it names if they are told. */
export async function refused(
  failing: Failing,
  code: string,
  fields?: readonly string[],
): Promise<void> {
  const error = await failureOf(failing);
  const found = error instanceof SluiceError ? error : sluiceError(error);
  equal(found?.code, code, `${error}`);
  if (fields === undefined) return;
  equal(found!.violations.map(({ field }) => field).join(", "), fields.join(", "));
}

async function failureOf(failing: Failing): Promise<unknown> {
  try {
    if ("then" in failing) await failing;
    else await first(typeof failing === "function" ? failing() : failing);
  } catch (error) {
    return error;
  }
  return undefined;
}
