import { SluiceError } from "../../errors.js";
import type { EventId, ImportEvent, NewPayload } from "../model/event.js";
import { isTimestamp } from "../model/timestamp.js";
import { encodeRecord } from "../record.js";
import { StoredEvent } from "../stored-event.js";
import { maxInstance, maxServer, maxSession, sessionKey, tables } from "../tables.js";
import { Arriving, type SkipReason } from "./arriving.js";
import type { CommitGroup } from "./commit-group.js";
import type { LogContext } from "./log-context.js";
import { isStorable, type PreparedEvent, prepareEvents } from "./prepared-event.js";
import type { Job } from "./writer.js";

/** What became of events that were imported. */
export interface ImportResult {
  /** Events that are stored now. */
  readonly stored: number;
  readonly skipped: readonly { readonly id: EventId; readonly reason: SkipReason }[];
}

/** An event with its id, checked. */
interface Arrival {
  readonly event: ImportEvent;
  readonly prepared: PreparedEvent;
}

/** Stores events that have ids already: of peers, or of a backup. */
export class Importer {
  constructor(private readonly context: LogContext) {}

  /**
   * The job that stores events, all of those that can be stored or none of them.
   *
   * @throws SluiceError `event_invalid`
   */
  import(events: readonly ImportEvent[]): { job: Job; result: Promise<ImportResult> } {
    const arrivals = this.#check(events);
    let job!: Job;
    const result = new Promise<ImportResult>((resolve, reject) => {
      const bytes = arrivals.reduce((sum, { prepared }) => sum + (prepared.data?.length ?? 64), 0);
      const form = async (group: () => CommitGroup) => {
        const arriving = await this.#arriving(arrivals);
        const skipped: { id: EventId; reason: SkipReason }[] = [];
        const accepted = arrivals.filter(({ event }) => {
          const reason = arriving.accept(event);
          if (reason !== undefined) skipped.push({ id: event.id, reason });
          return reason === undefined;
        });
        const answer = { stored: accepted.length, skipped };
        if (accepted.length === 0) {
          resolve(answer);
          return;
        }
        const target = group();
        for (const chunk of chunksOf(accepted)) this.#write(chunk, target);
        arriving.settle(this.context.numbering.position);
        target.waiting.push({ committed: () => resolve(answer), failed: reject });
      };
      job = { bytes, form, reject };
    });
    return { job, result };
  }

  #check(events: readonly ImportEvent[]): Arrival[] {
    const { limits, types } = this.context;
    const plain = events.map((event) => ({
      type: event.type,
      sourceTimestamp: event.sourceTimestamp,
      payload: payloadOf(event),
      streamKey: event.stream?.key,
    }));
    const prepared = prepareEvents(plain, { limits, types });
    return prepared.map((each, i) => {
      const event = events[i]!;
      const problem = problemOf(event);
      if (problem !== undefined) {
        const field = `events[${i}]`;
        throw new SluiceError("event_invalid", `${field} ${problem}`, {
          violations: [{ field, description: problem }],
        });
      }
      return { event, prepared: each };
    });
  }

  /** Finds out, before anything is decided, about all that an event may depend on. */
  async #arriving(arrivals: readonly Arrival[]): Promise<Arriving> {
    const { index, versions } = this.context;
    const known = new Map<string, number>();
    for (const { prepared } of arrivals) {
      const { streamKey, type } = prepared;
      this.context.typeNumber(type);
      if (streamKey === undefined || known.has(streamKey)) continue;
      known.set(
        streamKey,
        versions.get(streamKey)?.version ?? (await index.lastVersion(streamKey)),
      );
    }
    return new Arriving(this.context, known);
  }

  /** Writes what came together of one session. */
  #write(chunk: readonly Arrival[], group: CommitGroup): void {
    const { numbering, types } = this.context;
    const { id, timestamp } = chunk[0]!.event;
    const { server, session, instance } = id;
    const events = chunk.map(({ event, prepared }) => {
      const number = this.context.typeNumber(prepared.type);
      const isSameTime =
        event.timestamp.seconds === timestamp.seconds &&
        event.timestamp.micros === timestamp.micros;
      return new StoredEvent(
        event.id,
        number,
        types.typeOf(number),
        isSameTime ? timestamp : event.timestamp,
        event.sourceTimestamp,
        event.stream,
        prepared.binaryType,
        prepared.data,
      );
    });
    const position = numbering.nextPosition();
    numbering.addTypes(group);
    const record = encodeRecord(position, timestamp, instance, events);
    group.change(tables.sessions, sessionKey(server, session, instance), record);
    group.sessions.push({ server, session, position, answer: undefined, events, record });
  }
}

/** Events that follow each other and are of the same session. */
function* chunksOf(arrivals: readonly Arrival[]): Iterable<readonly Arrival[]> {
  let from = 0;
  for (let i = 1; i <= arrivals.length; i++) {
    const id = arrivals[i]?.event.id;
    const before = arrivals[i - 1]!.event.id;
    if (id?.server === before.server && id.session === before.session) continue;
    yield arrivals.slice(from, i);
    from = i;
  }
}

function problemOf({ id, timestamp, stream }: ImportEvent): string | undefined {
  const isId =
    isWhole(id?.server, 0, maxServer) &&
    isWhole(id.session, 1, maxSession) &&
    isWhole(id.instance, 1, maxInstance);
  if (!isId) return "has no id with a server below 2^32, a session below 2^48 and an instance";
  if (!isTimestamp(timestamp) || !isStorable(timestamp)) {
    return "has no timestamp of the years 1 to 9999";
  }
  if (stream !== undefined && !isWhole(stream.version, 1, maxSession)) {
    return "has a version that is no whole number of at least 1";
  }
  return undefined;
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** To the letter, if it comes from a log. */
function payloadOf(event: ImportEvent): NewPayload | undefined {
  const { jsonText } = event as Partial<StoredEvent>;
  return jsonText === undefined ? event.payload : { jsonText };
}
