import type { EventType } from "../model/event.js";
import { readRecord, recordProblem, type SessionRecord, type Wanted } from "../record.js";
import type { Entry } from "../storage/storage.js";
import { asBuffer, readSessionKey } from "../tables.js";

const noType: EventType = [];

/** An entry of the table `sessions`, as far as it can be read. */
export interface ReadEntry {
  /** What it is called in findings. */
  readonly place: string;
  readonly problem: string | undefined;
  /** With events that have no types, only their numbers; `undefined` if it cannot be read. */
  readonly record: SessionRecord | undefined;
}

/** @param types that the log has. */
export function readEntry({ key, value }: Entry, types: number, wanted?: Wanted): ReadEntry {
  const keyProblem = problemOfKey(key);
  if (keyProblem !== undefined) {
    const place = `record ${asBuffer(key).toString("hex")}`;
    return { place, problem: keyProblem, record: undefined };
  }
  const id = readSessionKey(key);
  const [server, session, first] = id;
  const place = `session ${server}:${session}${first === 1 ? "" : ` from event ${first}`}`;
  const problem = recordProblem(value, id);
  if (problem !== undefined) return { place, problem, record: undefined };
  let unknown: number | undefined;
  const typeOf = (type: number) => {
    if (type >= types) unknown = type;
    return noType;
  };
  const record = readRecord(value, id, typeOf, wanted);
  if (unknown !== undefined) {
    return { place, problem: `it has an event of type ${unknown}, of ${types}`, record: undefined };
  }
  const isEmpty = wanted === undefined && record.events.length === 0;
  if (isEmpty) return { place, problem: "it has no events", record: undefined };
  return { place, problem: undefined, record };
}

function problemOfKey(key: Uint8Array): string | undefined {
  if (key.length !== 10 && key.length !== 14) return "its key has a wrong length";
  const [, session, instance] = readSessionKey(key);
  if (session === 0) return "its key has the session 0";
  return key.length === 14 && instance <= 1 ? "its key has a wrong instance" : undefined;
}
