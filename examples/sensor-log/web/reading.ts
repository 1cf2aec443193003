import { type Event, type JsonValue, timestampToDate } from "sluice/client";

/** An event of the log, as the page shows it. */
export interface Reading {
  /** `server/session/instance`. */
  readonly id: string;
  readonly type: readonly string[];
  readonly atMs: number;
  readonly value: number;
  /** Where or when the value is from, if the event says more. */
  readonly place?: string;
  readonly hour?: string;
  /** Its place in its stream, from 1. */
  readonly version?: number;
}

/** `undefined` for an event that is no reading: without a number, or without a time of its own. */
export function readingOf(event: Event): Reading | undefined {
  const { id, type, sourceTimestamp, payload, stream } = event;
  if (sourceTimestamp === undefined || payload === undefined || !("json" in payload)) return;
  const value = member(payload.json, "value");
  if (typeof value !== "number") return;
  return {
    id: `${id.server}/${id.session}/${id.instance}`,
    type,
    atMs: timestampToDate(sourceTimestamp).getTime(),
    value,
    place: textOf(member(payload.json, "place")),
    hour: textOf(member(payload.json, "hour")),
    version: stream?.version,
  };
}

function member(json: JsonValue, name: string): JsonValue | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return;
  return (json as { readonly [name: string]: JsonValue })[name];
}

function textOf(json: JsonValue | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}
