import { decodeAnswer } from "../append/answer.js";
import type { EventRef } from "../index/tail.js";
import type { SessionRecord } from "../record.js";
import type { Entry, Storage } from "../storage/storage.js";
import { tablePages } from "../storage/table-pages.js";
import type { StoredEvent } from "../stored-event.js";
import { answerKey, answerOrderKey, asBuffer, maxSession, tables } from "../tables.js";
import type { Found } from "./event-lookup.js";
import type { Expected } from "./expected.js";
import type { IndexPart } from "./index-part.js";
import type { VerifyContext } from "./verify-context.js";

interface AnswerRef extends EventRef {
  readonly key: string;
  readonly position: number;
  readonly answer: Uint8Array;
}

/** What was answered to appends with idempotency keys, and in which order they came. */
export class AnswerPart implements IndexPart<AnswerRef> {
  readonly part = "idempotency keys";
  readonly table = tables.answerOrder;
  readonly name = "the index by idempotency key";
  readonly outlivesEvents = true;
  #right = 0;
  /** Answers that are in order. */
  #ordered = 0;
  /** The last session of each server. */
  readonly #sessions = new Map<number, number>();

  constructor(
    private readonly context: VerifyContext,
    private readonly counted: Expected,
  ) {}

  get expected(): number {
    return this.counted.answers;
  }

  get isComplete(): boolean {
    return this.#right === this.expected;
  }

  async refs(page: readonly Entry[]): Promise<AnswerRef[]> {
    const keys = page.map(({ value }) => value).filter(({ length }) => length > 0);
    const answers = await this.context.storage.get(tables.answers, keys);
    let next = 0;
    return page.flatMap(({ key, value }) => {
      const answer = value.length === 0 ? undefined : answers[next++];
      if (answer !== undefined) this.#ordered++;
      const ref = key.length === 6 ? read(key, value, answer) : undefined;
      if (ref !== undefined) {
        this.#checkOrder(ref);
        return [ref];
      }
      const text = `entry ${asBuffer(key).toString("hex")}, or what it names, cannot be read`;
      this.context.findings.add("index_damaged", this.name, text);
      return [];
    });
  }

  fits({ key, position, answer }: AnswerRef, { record }: Found): boolean {
    if (record?.position !== position || record.answer?.key !== key) return false;
    return Buffer.compare(record.answer.value, answer) === 0;
  }

  accept(): void {
    this.#right++;
  }

  nameOf({ key }: AnswerRef): string {
    return `key ${JSON.stringify(key)}`;
  }

  async missing({ position, answer, events }: SessionRecord): Promise<readonly StoredEvent[]> {
    if (answer === undefined || position < this.counted.firstAnswer) return [];
    const { storage } = this.context;
    const [stored] = await storage.get(tables.answers, [answerKey(answer.key)]);
    const [key] = await storage.get(tables.answerOrder, [answerOrderKey(position)]);
    const isThere =
      stored !== undefined && key !== undefined && asBuffer(key).toString() === answer.key;
    return isThere ? [] : events.slice(0, 1);
  }

  /** Who appended later got a later session: also where the sessions are gone. */
  #checkOrder({ key, server, session }: AnswerRef): void {
    if (session <= (this.#sessions.get(server) ?? 0)) {
      const text = `key ${JSON.stringify(key)} names session ${server}:${session} behind a later one`;
      this.context.findings.add("index_dangling", this.name, text);
    }
    this.#sessions.set(server, session);
  }

  /** Answers that no entry of the order names would never be forgotten. */
  async checkAnswers(): Promise<void> {
    let answers = 0;
    for await (const page of tablePages(this.context.storage, tables.answers))
      answers += page.length;
    if (answers === this.#ordered) return;
    const text = `${answers} answers are kept, but ${this.#ordered} of them in order`;
    this.context.findings.add("index_dangling", this.name, text);
  }
}

/** The first position of which an answer is remembered. */
export async function firstAnswer(storage: Storage): Promise<number> {
  const range = { from: answerOrderKey(0), to: answerOrderKey(maxSession), limit: 1 };
  const [first] = await storage.range(tables.answerOrder, range);
  return first?.key.length === 6 ? asBuffer(first.key).readUIntBE(0, 6) : Number.POSITIVE_INFINITY;
}

function read(
  key: Uint8Array,
  name: Uint8Array,
  answer: Uint8Array | undefined,
): AnswerRef | undefined {
  if (answer === undefined) return undefined;
  try {
    const { server, session } = decodeAnswer(answer);
    const position = asBuffer(key).readUIntBE(0, 6);
    return { server, session, instance: 1, key: asBuffer(name).toString(), position, answer };
  } catch {
    // It ends in the middle of a number.
    return undefined;
  }
}
