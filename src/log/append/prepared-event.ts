import type { FieldViolation } from "../../errors.js";
import { SluiceError } from "../../errors.js";
import type { NewEvent } from "../model/event.js";
import { eventTypeProblem } from "../model/event-type.js";
import { isTimestamp, type Timestamp } from "../model/timestamp.js";
import type { TypeTree } from "../model/type-tree.js";
import { maxSeconds, minSeconds } from "../tables.js";
import type { AppendLimits } from "./append-request.js";

/** An event that was checked, its payload as it will be written. */
export interface PreparedEvent {
  readonly type: readonly string[];
  /** Of the type, if the log knows it already. */
  readonly typeNumber: number | undefined;
  readonly sourceTimestamp: Timestamp | undefined;
  readonly streamKey: string | undefined;
  readonly binaryType: string | undefined;
  readonly data: string | Uint8Array | undefined;
}

/** What events are held against. */
export interface PrepareContext {
  readonly limits: AppendLimits;
  /** Those that are known need no check. */
  readonly types: TypeTree;
}

/** Mistakes that one error lists, at most. */
const maxViolations = 20;

/**
 * Checks events and makes them ready to be written.
 *
 * @throws SluiceError `event_invalid`, naming what is wrong with which of them.
 */
export function prepareEvents(
  events: readonly NewEvent[],
  context: PrepareContext,
): PreparedEvent[] {
  const violations: FieldViolation[] = [];
  const prepared: PreparedEvent[] = [];
  for (let i = 0; i < events.length && violations.length < maxViolations; i++) {
    const refuse = (field: string, description: string) => {
      violations.push({ field: `events[${i}]${field}`, description });
    };
    const event: unknown = events[i];
    if (typeof event === "object" && event !== null) {
      prepared.push(prepareEvent(event as NewEvent, context, refuse));
    } else refuse("", "must be an object");
  }
  if (violations.length === 0) return prepared;
  const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
  throw new SluiceError("event_invalid", text, { violations });
}

type Refuse = (field: string, description: string) => void;

function prepareEvent(
  event: NewEvent,
  { limits, types }: PrepareContext,
  refuse: Refuse,
): PreparedEvent {
  const { type, sourceTimestamp, streamKey } = event;
  const { maxTypeSegments: maxSegments, maxTypeBytes: maxBytes } = limits;
  // A type that is known was right when it came first.
  const typeNumber = Array.isArray(type) ? types.idOf(type) : undefined;
  if (typeNumber === undefined) {
    const problem = eventTypeProblem(type, { maxSegments, maxBytes });
    if (problem !== undefined) refuse(".type", problem);
  }
  if (sourceTimestamp !== undefined && !isStorable(sourceTimestamp)) {
    refuse(".sourceTimestamp", "must be a timestamp of the years 1 to 9999");
  }
  if (streamKey !== undefined) {
    const problem = keyProblem(streamKey, limits.maxKeyBytes);
    if (problem !== undefined) refuse(".streamKey", problem);
  }
  const { binaryType, data } = preparePayload(event, limits, refuse);
  return { type, typeNumber, sourceTimestamp, streamKey, binaryType, data };
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
  // A character takes three bytes at most.
  if (key.length * 3 > maxBytes && Buffer.byteLength(key) > maxBytes) {
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

function preparePayload(
  { payload }: NewEvent,
  { maxPayloadBytes, maxKeyBytes }: AppendLimits,
  refuse: Refuse,
): Pick<PreparedEvent, "binaryType" | "data"> {
  const none = { binaryType: undefined, data: undefined };
  if (payload === undefined) return none;
  if (typeof payload !== "object" || payload === null) {
    refuse(".payload", "must be { json } or { binary: { type, data } }");
    return none;
  }
  if ("json" in payload || "jsonText" in payload) {
    const text = "json" in payload ? jsonText(payload.json) : checkedText(payload.jsonText);
    if (text === undefined) refuse(".payload.json", "is nothing that JSON can express");
    else if (text.length > maxPayloadBytes || Buffer.byteLength(text) > maxPayloadBytes) {
      refuse(".payload.json", tooLarge(Buffer.byteLength(text), maxPayloadBytes));
    }
    return { binaryType: undefined, data: text };
  }
  const { type, data } = (payload as Partial<typeof payload>).binary ?? {};
  if (typeof type !== "string" || !type.isWellFormed() || Buffer.byteLength(type) > maxKeyBytes) {
    refuse(".payload.binary.type", `must be a text of at most ${maxKeyBytes} bytes`);
    return none;
  }
  if (!(data instanceof Uint8Array)) {
    refuse(".payload.binary.data", "must be a Uint8Array");
    return none;
  }
  if (data.length > maxPayloadBytes) {
    refuse(".payload.binary.data", tooLarge(data.length, maxPayloadBytes));
  }
  return { binaryType: type, data };
}

function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // A circle, a bigint, or a toJSON() that throws.
    return undefined;
  }
}

function checkedText(text: unknown): string | undefined {
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
