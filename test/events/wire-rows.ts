import type { Event, NewEvent, Payload } from "../../src/log/model/event.js";
import { StoredEvent } from "../../src/log/stored-event.js";
import { readVectors, timestampOf, type VectorTimestamp } from "../log/vectors.js";

export type Types = readonly (readonly string[])[] | null;

/** An event, or one that is to be stored, as the vectors have it. */
export interface RowEvent {
  readonly id: Event["id"];
  readonly type: readonly string[];
  readonly timestamp: VectorTimestamp;
  readonly source_timestamp: VectorTimestamp | null;
  readonly payload:
    | null
    | { readonly json: never }
    | { readonly binary: { readonly type: string; readonly data_hex: string } };
}

/** See the `about` of data_roundtrip.json and eventer_protocol.json. */
export interface Row {
  readonly kind: string;
}
export interface NotifyRow extends Row {
  readonly client: { readonly subscriptions: Types; readonly server_id: number | null };
  readonly events: readonly (readonly [Ids, readonly string[]])[];
  readonly delivered_on_registered: readonly Ids[] | null;
  readonly delivered_on_persisted: readonly Ids[] | null;
}
export type Ids = readonly [number, number, number];
export interface RegisterRow extends Row {
  readonly request: readonly RowEvent[];
  readonly server_answers: readonly RowEvent[] | null;
  readonly with_response: boolean;
  readonly client_gets: readonly RowEvent[] | null;
}
export interface QueryParams {
  readonly kind: "latest" | "timeseries" | "server";
  readonly event_types: Types;
  readonly server_id: number;
  readonly t_from: VectorTimestamp | null;
  readonly t_to: VectorTimestamp | null;
  readonly source_t_from: VectorTimestamp | null;
  readonly source_t_to: VectorTimestamp | null;
  readonly order: string;
  readonly order_by: string;
  readonly max_results: number | null;
  readonly last_event_id: Event["id"] | null;
}

export const roundtrip = readVectors<Row & { readonly value: unknown }>("data_roundtrip");
export const protocolRows = readVectors<Row>("eventer_protocol");

export function rows<T>(kind: string): T[] {
  return protocolRows.filter((row) => row.kind === kind) as T[];
}

export function values<T>(kind: string): T[] {
  return roundtrip.filter((row) => row.kind === kind).map(({ value }) => value as T);
}

/** Rows that cannot be said in our terms, and why. */
export const inexpressible: readonly (readonly [string, number, string])[] = [
  ["token", rows("token").length, "who may call is the business of interceptors"],
  ["status", rows("status").length, "a server that answers is in operation"],
  ["status (data)", values("status").length, "the same"],
  ["init", rows("init").length, "there are no connections to begin: each subscription says it all"],
  ["init_error", rows("init_error").length, "the same"],
  [
    "register without response",
    rows<RegisterRow>("register").filter((row) => !row.with_response).length,
    "an append is always answered; who does not care does not wait",
  ],
  [
    "register of nothing that fails",
    rows<RegisterRow>("register").filter(isFailureOfNothing).length,
    "nothing can be stored, so nothing can fail",
  ],
];

export function isFailureOfNothing({
  request,
  server_answers,
  with_response,
}: RegisterRow): boolean {
  return with_response && server_answers === null && request.length === 0;
}

/** What there is instead of a null. */
export function maybe<T, R>(value: T | null, of: (value: T) => R): R | undefined {
  return value === null ? undefined : of(value);
}

function payloadOf(payload: RowEvent["payload"]): Payload | undefined {
  if (payload === null || "json" in payload) return payload ?? undefined;
  const { type, data_hex } = payload.binary;
  return { binary: { type, data: Uint8Array.from(Buffer.from(data_hex, "hex")) } };
}

export function newEventOf({ type, source_timestamp, payload }: RowEvent): NewEvent {
  return {
    type,
    sourceTimestamp: maybe(source_timestamp, timestampOf),
    payload: payloadOf(payload),
  };
}

export function eventFrom(row: RowEvent): Event {
  return { ...newEventOf(row), id: row.id, timestamp: timestampOf(row.timestamp) } as Event;
}

/** The same as a log has it. */
export function storedFrom(row: RowEvent): StoredEvent {
  const { type, id, timestamp, sourceTimestamp, payload } = eventFrom(row);
  const binary = payload !== undefined && "binary" in payload ? payload.binary : undefined;
  const text =
    payload !== undefined && "json" in payload ? JSON.stringify(payload.json) : undefined;
  const data = binary?.data ?? text;
  return new StoredEvent(id, 0, type, timestamp, sourceTimestamp, undefined, binary?.type, data);
}
