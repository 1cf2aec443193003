import type { Timestamp as ProtoTimestamp } from "@bufbuild/protobuf/wkt";
import { type FieldViolation, SluiceError } from "../errors.js";
import type { Expectation } from "../log/append/append-request.js";
import type { EventId, NewEvent, NewPayload } from "../log/model/event.js";
import type { QueryType } from "../log/model/query-type.js";
import type { Timestamp } from "../log/model/timestamp.js";
import { type Expectation as ExpectationMessage, StreamState } from "./append-messages.js";
import type {
  EventId as EventIdMessage,
  NewEvent as NewEventMessage,
  TypeFilter,
} from "./event-messages.js";

/** Collects what is wrong with a request, so that one error can name all of it. */
export class RequestCheck {
  readonly #violations: FieldViolation[] = [];

  refuse(field: string, description: string): void {
    this.#violations.push({ field, description });
  }

  /** A timestamp of the log: it knows microseconds. */
  timestamp(field: string, value: ProtoTimestamp | undefined): Timestamp | undefined {
    if (value === undefined) return undefined;
    const { seconds, nanos } = value;
    if (nanos >= 0 && nanos < 1e9 && nanos % 1_000 === 0) return { seconds, micros: nanos / 1_000 };
    this.refuse(field, "must be in whole microseconds: nanos from 0 to 999999000, by thousands");
    return undefined;
  }

  eventId(field: string, value: EventIdMessage | undefined): EventId | undefined {
    if (value === undefined) return undefined;
    const { server, instance } = value;
    return { server, session: this.number(`${field}.session`, value.session), instance };
  }

  /** A 64-bit number that JavaScript can count with. */
  number(field: string, value: bigint): number {
    if (value <= Number.MAX_SAFE_INTEGER) return Number(value);
    this.refuse(field, "is larger than 2^53 - 1");
    return 0;
  }

  /** @throws SluiceError `argument_invalid` if anything was wrong. */
  finish(): void {
    if (this.#violations.length === 0) return;
    const text = this.#violations.map(({ field, description }) => `${field} ${description}`);
    throw new SluiceError("argument_invalid", text.join("; "), { violations: this.#violations });
  }
}

export function typesOf(filter: TypeFilter | undefined): readonly QueryType[] | undefined {
  return filter?.queryTypes.map(({ segments }) => segments);
}

/** The events of a request. */
export function newEventsOf(messages: readonly NewEventMessage[], check: RequestCheck): NewEvent[] {
  return messages.map(({ type, sourceTimestamp, json, binary, streamKey }, i) => ({
    type,
    sourceTimestamp: check.timestamp(`events[${i}].sourceTimestamp`, sourceTimestamp),
    payload: payloadOf(json, binary),
    streamKey: streamKey === "" ? undefined : streamKey,
  }));
}

function payloadOf(
  json: string | undefined,
  binary: { type: string; data: Uint8Array } | undefined,
): NewPayload | undefined {
  if (binary !== undefined) return { binary };
  return json === undefined ? undefined : { jsonText: json };
}

export function expectationsOf(
  messages: readonly ExpectationMessage[],
  check: RequestCheck,
): Expectation[] {
  return messages.map(({ streamKey, version, state }, i) => {
    if (version !== undefined) {
      return { streamKey, version: check.number(`expect[${i}].version`, version) };
    }
    const word = state === undefined ? undefined : words.get(state);
    if (word === undefined) {
      check.refuse(`expect[${i}]`, "says not what is expected: a version, or a state");
    }
    return { streamKey, version: word ?? "any" };
  });
}

const words = new Map<number, "none" | "exists" | "any">([
  [StreamState.None, "none"],
  [StreamState.Exists, "exists"],
  [StreamState.Any, "any"],
]);
