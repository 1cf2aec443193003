import type { FieldViolation } from "../../errors.js";
import { SluiceError } from "../../errors.js";
import type { NewEvent, NewPayload } from "../model/event.js";
import { eventTypeProblem } from "../model/event-type.js";
import { isTimestamp, type Timestamp } from "../model/timestamp.js";
import type { TypeTree } from "../model/type-tree.js";
import { maxSeconds, minSeconds } from "../tables.js";
import type { AppendLimits } from "./append-request.js";
import type { StreamEnd } from "./stream-versions.js";

/** An event that was checked, its payload as it will be written. */
export interface PreparedEvent {
  readonly type: readonly string[];
  /** Of the type, if the log knows it already. */
  readonly typeNumber: number | undefined;
  readonly sourceTimestamp: Timestamp | undefined;
  readonly streamKey: string | undefined;
  readonly binaryType: string | undefined;
  readonly data: string | Uint8Array | undefined;
  /** Where its stream ends, once that has been looked up. */
  end: StreamEnd | undefined;
}

/** What events are held against. */
export interface PrepareContext {
  readonly limits: AppendLimits;
  /** Those that are known need no check. */
  readonly types: TypeTree;
}

/** Mistakes that one error lists, at most. */
const maxViolations = 20;

/** What is wrong with the events of one append. */
class Mistakes {
  /** The event that is looked at. */
  at = 0;
  readonly violations: FieldViolation[] = [];

  add(field: string, description: string): void {
    this.violations.push({ field: `events[${this.at}]${field}`, description });
  }

  get areEnough(): boolean {
    return this.violations.length >= maxViolations;
  }

  /** @throws SluiceError `event_invalid` if there are any. */
  finish(): void {
    const { violations } = this;
    if (violations.length === 0) return;
    const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    throw new SluiceError("event_invalid", text, { violations });
  }
}

/**
 * Checks events and makes them ready to be written.
 *
 * @throws SluiceError `event_invalid`, naming what is wrong with which of them.
 */
export function prepareEvents(
  events: readonly NewEvent[],
  context: PrepareContext,
): PreparedEvent[] {
  const mistakes = new Mistakes();
  const prepared: PreparedEvent[] = [];
  for (; mistakes.at < events.length && !mistakes.areEnough; mistakes.at++) {
    const event: unknown = events[mistakes.at];
    if (typeof event === "object" && event !== null) {
      prepared.push(prepareEvent(event as NewEvent, context, mistakes));
    } else mistakes.add("", "must be an object");
  }
  mistakes.finish();
  return prepared;
}

function prepareEvent(
  { type, sourceTimestamp, streamKey, payload }: NewEvent,
  { limits, types }: PrepareContext,
  mistakes: Mistakes,
): PreparedEvent {
  // A type that is known was right when it came first.
  const typeNumber = Array.isArray(type) ? types.idOf(type) : undefined;
  if (typeNumber === undefined) {
    const { maxTypeSegments: maxSegments, maxTypeBytes: maxBytes } = limits;
    const problem = eventTypeProblem(type, { maxSegments, maxBytes });
    if (problem !== undefined) mistakes.add(".type", problem);
  }
  if (sourceTimestamp !== undefined && !isStorable(sourceTimestamp)) {
    mistakes.add(".sourceTimestamp", "must be a timestamp of the years 1 to 9999");
  }
  if (streamKey !== undefined) {
    const problem = keyProblem(streamKey, limits.maxKeyBytes);
    if (problem !== undefined) mistakes.add(".streamKey", problem);
  }
  let binaryType: string | undefined;
  let data: string | Uint8Array | undefined;
  if (payload === undefined) {
    // It need not have one.
  } else if (typeof payload !== "object" || payload === null) {
    mistakes.add(".payload", "must be { json } or { binary: { type, data } }");
  } else if ("json" in payload) {
    data = checkJson(jsonText(payload.json), limits, mistakes);
  } else if ("jsonText" in payload) {
    data = checkJson(jsonTextOf(payload.jsonText), limits, mistakes);
  } else {
    checkBinary(payload, limits, mistakes);
    binaryType = payload.binary?.type;
    data = payload.binary?.data;
  }
  return { type, typeNumber, sourceTimestamp, streamKey, binaryType, data, end: undefined };
}

/** Whether storage and wire know such a time. */
export function isStorable(timestamp: unknown): timestamp is Timestamp {
  if (!isTimestamp(timestamp)) return false;
  return timestamp.seconds >= minSeconds && timestamp.seconds <= maxSeconds;
}

/** What is wrong with a stream key or an idempotency key. */
export function keyProblem(key: unknown, maxBytes: number): string | undefined {
  if (typeof key !== "string" || key === "") return "must be a text of at least one character";
  if (!key.isWellFormed()) return "has half of a surrogate pair";
  if (isLonger(key, maxBytes)) {
    return `has ${Buffer.byteLength(key)} bytes, more than ${maxBytes} (maxKeyBytes)`;
  }
  return undefined;
}

/** @throws SluiceError `event_invalid` when an idempotency key is none. */
export function checkKey(key: string, maxBytes: number): void {
  const problem = keyProblem(key, maxBytes);
  if (problem === undefined) return;
  throw new SluiceError("event_invalid", `key ${problem}`, {
    violations: [{ field: "key", description: problem }],
  });
}

function checkJson(
  text: string | undefined,
  { maxPayloadBytes }: AppendLimits,
  mistakes: Mistakes,
): string | undefined {
  if (text === undefined) {
    mistakes.add(".payload.json", "is nothing that JSON can express");
  } else if (isLonger(text, maxPayloadBytes)) {
    mistakes.add(".payload.json", tooLarge(Buffer.byteLength(text), maxPayloadBytes));
  }
  return text;
}

function checkBinary(
  payload: Extract<NewPayload, { binary: unknown }>,
  { maxPayloadBytes, maxKeyBytes }: AppendLimits,
  mistakes: Mistakes,
): void {
  const { type, data } = (payload as Partial<typeof payload>).binary ?? {};
  if (typeof type !== "string" || !type.isWellFormed() || isLonger(type, maxKeyBytes)) {
    mistakes.add(".payload.binary.type", `must be a text of at most ${maxKeyBytes} bytes`);
  } else if (!(data instanceof Uint8Array)) {
    mistakes.add(".payload.binary.data", "must be a Uint8Array");
  } else if (data.length > maxPayloadBytes) {
    mistakes.add(".payload.binary.data", tooLarge(data.length, maxPayloadBytes));
  }
}

/** A character takes three bytes at most, and counting them costs more than this. */
function isLonger(text: string, maxBytes: number): boolean {
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;
}

function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // A circle, a bigint, or a toJSON() that throws.
    return undefined;
  }
}

/** A text as it is, if it is that of a JSON value. */
function jsonTextOf(text: unknown): string | undefined {
  if (typeof text !== "string" || !text.isWellFormed()) return undefined;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

function tooLarge(bytes: number, maxBytes: number): string {
  return `has ${bytes} bytes, more than ${maxBytes} (maxPayloadBytes)`;
}
