import type { AppendOptions } from "../../../src/log/append/append-request.js";
import type { Event, NewEvent, Payload } from "../../../src/log/model/event.js";

/** Callers that append at a time, each one after the other. */
export const lanes = 64;

/** What a caller appends. */
export type LaneKind = "stream" | "keyed" | "relaxed" | "large" | "single";

/** The append of one run of the victim that a caller makes as so many-th, from 1. */
export interface Place {
  readonly run: number;
  readonly lane: number;
  readonly number: number;
}

export function kindOf(lane: number): LaneKind {
  if (lane === 0) return "large";
  if (lane < 9) return "stream";
  if (lane < 17) return "keyed";
  return lane < 25 ? "relaxed" : "single";
}

/** The stream of a caller, which goes on in the next run. */
export function streamOf(lane: number): string {
  return `stream ${lane}`;
}

/**
 * Whether so many events are appended in a run that the log writes its index because of that, and not
 * only when it is cleaned up.
 */
export function isHeavy(run: number): boolean {
  return run % 12 === 2;
}

/** An event that is to be appended, as it is to be found later. */
export type PlannedEvent = Omit<NewEvent, "payload"> & { readonly payload: Payload };

/** What is appended at a place: every event tells which one it is. */
export function plannedEvents(place: Place): PlannedEvent[] {
  return Array.from({ length: lengthOf(place) }, (_, i) => plannedEvent(place, i));
}

export function plannedEvent(place: Place, i: number): PlannedEvent {
  const { run, lane, number } = place;
  const kind = kindOf(lane);
  const text = "x".repeat((number * 7_919 + i) % 400);
  return {
    type: typeOf(kind, place, i),
    sourceTimestamp: number % 3 === 0 ? { seconds: BigInt(1_000 - number), micros: i } : undefined,
    streamKey: kind === "stream" || number % 10 === 1 ? streamOf(lane) : undefined,
    payload: { json: { run, lane, number, i, of: lengthOf(place), text } },
  };
}

function lengthOf({ run, lane, number }: Place): number {
  if (kindOf(lane) !== "large") return 1 + ((number + lane) % 3);
  if (isHeavy(run)) return 2_000;
  return number % 4 === 1 ? 100 : 1;
}

/** @param version that the stream of the caller has. */
export function plannedOptions(place: Place, version: number): AppendOptions {
  const { run, lane, number } = place;
  switch (kindOf(lane)) {
    case "stream":
      return { expect: [{ streamKey: streamOf(lane), version }] };
    case "keyed":
      return { key: `key ${run} ${lane} ${number}` };
    case "relaxed":
      // Now and then one that waits, else there would be nothing but these.
      return number % 4 === 0 ? {} : { durability: "relaxed" };
    default:
      return {};
  }
}

/** Whether it may be lost although it is acknowledged. */
export function mayBeLost(place: Place): boolean {
  return plannedOptions(place, 0).durability === "relaxed";
}

function typeOf(kind: LaneKind, { run, lane, number }: Place, i: number): string[] {
  if (kind === "single") return [kind, `${run}`, `${number % 20}`];
  return [kind, `${(kind === "large" ? i : lane) % 10}`];
}

/** Where an event that is stored was planned. */
export function placeOf({ payload }: Event): Place & { readonly i: number; readonly of: number } {
  if (payload === undefined || !("json" in payload))
    throw new Error("Nothing like that was planned");
  return payload.json as never;
}

/** The number of the server that sessions are imported from. */
export const peer = 2;

/** The session of this number of the peer. */
export function peerSession(session: number): Event[] {
  return Array.from({ length: 1 + (session % 4) }, (_, i) => ({
    id: { server: peer, session, instance: i + 1 },
    type: ["peer", `${(session + i) % 5}`],
    timestamp: { seconds: BigInt(2_000_000_000 + Math.floor(session / 3)), micros: 0 },
    sourceTimestamp: session % 2 === 0 ? { seconds: BigInt(session % 50), micros: i } : undefined,
    payload: { json: `${session} ${i}` },
  }));
}
