import type { Event, EventId, NewEvent, Payload } from "../../log/model/event.js";
import { formatEventId } from "../../log/model/event-id.js";
import { eventTypeProblem, splitType } from "../../log/model/event-type.js";
import { isJson } from "../../log/model/json-value.js";
import type { Timestamp } from "../../log/model/timestamp.js";
import { timestampFromIso, timestampToIso } from "../../log/model/timestamp-date.js";

/**
 * An event as one line of JSON, as it is in the API but that ids and times are texts and bytes are
 * in base64: `{"id":"1:2:1","type":["a"],"timestamp":"2026-…Z","payload":{"json":1}}`.
 */
export function eventLine(event: Event): string {
  const { id, type, timestamp, sourceTimestamp, payload, stream } = event;
  const line = JSON.stringify({
    id: formatEventId(id as EventId),
    type,
    timestamp: timestampToIso(timestamp),
    sourceTimestamp: sourceTimestamp && timestampToIso(sourceTimestamp),
    payload: payload && payloadLine(payload),
    stream,
  });
  // JSON leaves them as they are; terminals obey some of them.
  return line.replaceAll(/[\u007f-\u009f\u2028\u2029]/g, escaped);
}

/** Objects and lists in each other, at most. */
const maxDepth = 1_000;

/** Members of a line that are not stored again: they are given anew. */
const given = ["id", "timestamp"];
const taken = ["type", "sourceTimestamp", "payload", "stream", "streamKey"];

/** What lines leave out. */
export interface LineDefaults {
  readonly type: readonly string[] | undefined;
  readonly streamKey: string | undefined;
}

/**
 * The event of a line: of `eventLine()`, or written by hand, with the type as a text and `streamKey`
 * for the stream.
 *
 * @throws Error that says what is wrong with the line.
 */
export function parseEventLine(text: string, defaults: LineDefaults): NewEvent {
  const line: unknown = JSON.parse(text);
  if (typeof line !== "object" || line === null || Array.isArray(line)) {
    throw new Error("it is no JSON object");
  }
  const fields = line as Record<string, unknown>;
  const unknown = Object.keys(fields).find((name) => ![...given, ...taken].includes(name));
  if (unknown !== undefined) {
    throw new Error(`${JSON.stringify(unknown)} is unknown; it may have ${taken.join(", ")}`);
  }
  return {
    type: typeOf(fields.type ?? defaults.type),
    sourceTimestamp: timeOf(fields.sourceTimestamp),
    payload: payloadOf(fields.payload),
    streamKey: streamOf(fields) ?? defaults.streamKey,
  };
}

/** The server has limits of its own. */
const noLimits = { maxSegments: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };

function typeOf(value: unknown): readonly string[] {
  if (value === undefined) throw new Error("it has no type");
  const type = typeof value === "string" ? splitType(value) : value;
  const problem = eventTypeProblem(type, noLimits);
  if (problem !== undefined) throw new Error(`its type ${problem}`);
  return type as readonly string[];
}

function timeOf(value: unknown): Timestamp | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return timestampFromIso(value);
  throw new Error("its sourceTimestamp is no text");
}

function payloadOf(value: unknown): Payload | undefined {
  if (value === undefined) return undefined;
  const [name, ...more] = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (more.length === 0 && name === "json") {
    if (isJson((value as { json: unknown }).json, maxDepth)) return value as Payload;
    throw new Error("its payload has a number that is too large, or is nested too deep");
  }
  if (more.length === 0 && name === "binary") {
    const { type, data } = ((value as { binary: unknown }).binary ?? {}) as Record<string, unknown>;
    const bytes = typeof data === "string" ? Buffer.from(data, "base64") : undefined;
    if (
      typeof type === "string" &&
      type.isWellFormed() &&
      bytes !== undefined &&
      bytes.toString("base64") === data
    ) {
      return { binary: { type, data: bytes } };
    }
  }
  throw new Error('its payload is neither {"json":…} nor {"binary":{"type":"…","data":"base64"}}');
}

function streamOf({ stream, streamKey }: Record<string, unknown>): string | undefined {
  const key =
    typeof stream === "object" && stream !== null ? (stream as { key?: unknown }).key : stream;
  const all = [key, streamKey].filter((each) => each !== undefined);
  if (all.length === 0) return undefined;
  const [only] = all;
  if (all.length === 1 && typeof only === "string" && only.isWellFormed()) return only;
  throw new Error('its stream is neither {"key":"…"} nor a text in streamKey');
}

function payloadLine(payload: Payload) {
  if ("json" in payload) return payload;
  const { type, data } = payload.binary;
  return { binary: { type, data: Buffer.from(data).toString("base64") } };
}

/** A character as JSON may write it instead. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
