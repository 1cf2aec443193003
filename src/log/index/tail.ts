import { type Moment, momentOf } from "../moment.js";
import type { RecordedAnswer } from "../record.js";
import type { StoredEvent } from "../stored-event.js";
import { TailRun } from "./tail-run.js";

/** A session, or the part of it that came together, as soon as it is durable. */
export interface CommittedSession {
  readonly server: number;
  readonly session: number;
  /** Its place in the order of arrival. */
  readonly position: number;
  readonly answer: RecordedAnswer | undefined;
  readonly events: readonly StoredEvent[];
}

/** Where an event is. */
export interface EventRef {
  readonly server: number;
  readonly session: number;
  readonly instance: number;
}

/** An event with a source timestamp. */
export interface SourceRef extends EventRef {
  readonly type: number;
  readonly time: Moment;
}

/** The last of what is known of a server. */
export interface ServerEnd {
  readonly session: number;
  readonly instance: number;
  readonly time: Moment;
  readonly position: number;
}

/** What the index of a storage does not have yet: the same, in memory. */
export class Tail {
  /** By server and number of the type: see `Refs`. */
  readonly byType = new Map<number, Map<number, number[]>>();
  readonly bySource: SourceRef[] = [];
  /** The newest run of each stream. */
  readonly streams = new Map<string, TailRun>();
  readonly answers = new Map<string, { readonly position: number; readonly value: Uint8Array }>();
  readonly ends = new Map<number, ServerEnd>();
  events = 0;
  #entries = 0;

  /** What it will take in the storage, roughly: entries. */
  get entries(): number {
    return this.#entries;
  }

  add({ server, session, position, events, answer }: CommittedSession): void {
    this.events += events.length;
    const types = this.byType.get(server) ?? put(this.byType, server, new Map());
    for (const { id, typeNumber, sourceTimestamp, stream } of events) {
      const { instance } = id;
      const refs = types.get(typeNumber);
      if (refs === undefined) {
        types.set(typeNumber, [session, instance]);
        this.#entries++;
      } else refs.push(session, instance);
      if (sourceTimestamp !== undefined) {
        const time = momentOf(sourceTimestamp);
        this.bySource.push({ type: typeNumber, time, server, session, instance });
        this.#entries += 2;
      }
      if (stream !== undefined) this.#addVersion(stream, id);
    }
    if (answer !== undefined) {
      this.answers.set(answer.key, { position, value: answer.value });
      this.#entries += 2;
    }
    const last = events.at(-1)!;
    const { instance } = last.id;
    this.ends.set(server, { session, instance, time: momentOf(last.timestamp), position });
  }

  #addVersion({ key, version }: NonNullable<StoredEvent["stream"]>, ref: EventRef): void {
    const run = this.streams.get(key);
    if (run?.add(version, ref)) return;
    this.streams.set(key, new TailRun(version, ref, run));
    this.#entries++;
  }
}

function put<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value);
  return value;
}
