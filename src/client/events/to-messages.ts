import { Durability, StreamState } from "../../gen/sluice/events/v1/events_pb.js";
import type { AppendOptions, Expectation } from "../../log/append/append-request.js";
import type { EventId, NewEvent, NewPayload } from "../../log/model/event.js";
import type { QueryType } from "../../log/model/query-type.js";
import { timestampMessage, whole, wholeBigInt } from "./arguments.js";

/** What is stored together, as one session. */
export interface EventBatch extends Pick<AppendOptions, "expect" | "key" | "durability"> {
  readonly events: readonly NewEvent[];
}

export function appendMessage({ events, expect = [], key, durability }: EventBatch) {
  return {
    events: events.map(newEventMessage),
    expect: expect.map(expectationMessage),
    idempotencyKey: key,
    durability: durability === "relaxed" ? Durability.RELAXED : Durability.COMMIT,
  };
}

function newEventMessage({ type, sourceTimestamp, payload, streamKey }: NewEvent, i: number) {
  return {
    type: [...type],
    sourceTimestamp: timestampMessage(`events[${i}].sourceTimestamp`, sourceTimestamp),
    payload: payload && payloadMessage(payload),
    streamKey,
  };
}

function payloadMessage(payload: NewPayload) {
  if ("binary" in payload) return { case: "binary" as const, value: payload.binary };
  const text = "jsonText" in payload ? payload.jsonText : JSON.stringify(payload.json);
  return { case: "json" as const, value: text };
}

const states = {
  none: StreamState.NONE,
  exists: StreamState.EXISTS,
  any: StreamState.ANY,
} as const;

function expectationMessage({ streamKey, version }: Expectation, i: number) {
  const expected =
    typeof version === "number"
      ? { case: "version" as const, value: wholeBigInt(`expect[${i}].version`, version) }
      : { case: "state" as const, value: states[version] };
  return { streamKey, expected };
}

export function eventIdMessage(field: string, { server, session, instance }: EventId) {
  return {
    server: whole(`${field}.server`, server),
    session: wholeBigInt(`${field}.session`, session),
    instance: whole(`${field}.instance`, instance),
  };
}

export function typesMessage(types: readonly QueryType[] | undefined) {
  return types && { queryTypes: types.map((segments) => ({ segments: [...segments] })) };
}
