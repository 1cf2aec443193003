import { isIndexed } from "../index/checkpoint.js";
import { lastPosition } from "../index/log-index.js";
import type { ServerEnd } from "../index/tail.js";
import { formatEventId } from "../model/event-id.js";
import { compareMoments, momentOf } from "../moment.js";
import { aboutRecords } from "../read/record-bounds.js";
import type { SessionRecord } from "../record.js";
import type { Entry } from "../storage/storage.js";
import { tablePages } from "../storage/table-pages.js";
import { tables } from "../tables.js";
import type { Expected } from "./expected.js";
import type { KeptCheck } from "./kept-check.js";
import { PositionSet } from "./position-set.js";
import { readEntry } from "./read-entry.js";
import type { VerifyContext } from "./verify-context.js";

/** Runs of missing records that are told of one by one, at most. */
const maxGaps = 100;

/** Goes through all records: whether they are whole, in order, and all there. */
export class RecordCheck {
  records = 0;
  events = 0;
  /** Records that the index does not have: a log that opens reads them. */
  unindexed = 0;
  readonly #ends = new Map<number, ServerEnd>();
  /** The last records that the index has. */
  readonly #indexedEnds = new Map<number, ServerEnd>();
  readonly #positions = new PositionSet();
  #damaged = 0;

  constructor(
    private readonly context: VerifyContext,
    private readonly expected: Expected,
    private readonly kept: KeptCheck | undefined,
  ) {}

  /** Servers of which there are records. */
  get servers(): number {
    return this.#ends.size;
  }

  async run(): Promise<void> {
    const { storage, findings, step } = this.context;
    const total = await aboutRecords(storage);
    for await (const page of tablePages(storage, tables.sessions)) {
      for (const entry of page) this.#entry(entry);
      step("records", this.records, Math.max(this.records, total));
    }
    this.#checkEnds();
    this.#checkPositions();
    // Nobody knows what was in damaged ones.
    if (this.#damaged === 0) this.kept?.finish(findings);
    step("records", this.records, this.records);
  }

  #entry(entry: Entry): void {
    const { findings, types } = this.context;
    this.records++;
    const { place, problem, record } = readEntry(entry, types.size);
    if (problem !== undefined) {
      this.#damaged++;
      findings.add("record_damaged", place, problem);
    }
    if (record !== undefined) this.#record(record, place);
  }

  #record(record: SessionRecord, place: string): void {
    const { server, session, position, events } = record;
    const { findings, checkpoint } = this.context;
    const { id, timestamp } = events.at(-1)!;
    const end = { session, instance: id.instance, time: momentOf(timestamp), position };
    this.#checkOrder(record, place);
    this.#ends.set(server, end);
    if (!Number.isSafeInteger(position) || position < 1) {
      findings.add("record_order", place, `has the position ${position}`);
    } else if (!this.#positions.add(position)) {
      findings.add("record_order", place, `has the position ${position}, as another record has`);
    }
    this.events += events.length;
    if (!isIndexed(checkpoint, server, session, id.instance)) this.#unindexed(record, place);
    else {
      this.#indexedEnds.set(server, end);
      this.#indexed(record, place);
    }
  }

  #checkOrder({ server, session, position, events }: SessionRecord, place: string): void {
    const { findings } = this.context;
    const before = this.#ends.get(server);
    let instance = before?.session === session ? before.instance : 0;
    let time = before?.time;
    for (const { id, timestamp } of events) {
      const moment = momentOf(timestamp);
      if (id.instance <= instance) {
        findings.add("record_order", place, `has event ${formatEventId(id)} behind a later one`);
      }
      if (time !== undefined && compareMoments(moment, time) < 0) {
        const text = `has event ${formatEventId(id)}, whose time is before that of the one before`;
        findings.add("record_order", place, text);
      }
      instance = id.instance;
      time = moment;
    }
    if (before !== undefined && position <= before.position) {
      const text = `has the position ${position}, the record before has ${before.position}`;
      findings.add("record_order", place, text);
    }
  }

  #indexed({ server, position, answer, events }: SessionRecord, place: string): void {
    const { expected, kept } = this;
    for (const event of events) {
      expected.byType[event.typeNumber]!++;
      if (event.sourceTimestamp !== undefined) expected.bySource += 2;
      if (event.stream !== undefined) expected.streams++;
      if (event.isReleased) expected.released++;
      kept?.count(event);
    }
    if (answer !== undefined && position >= expected.firstAnswer) expected.answers++;
    const end = this.context.checkpoint.get(server)!;
    if (position > end.position) {
      const text = `has the position ${position}, but the index has it and reaches to ${end.position}`;
      this.context.findings.add("checkpoint_wrong", place, text);
    }
  }

  #unindexed({ server, position, events }: SessionRecord, place: string): void {
    const { findings, checkpoint } = this.context;
    this.unindexed++;
    const end = checkpoint.get(server);
    const [first] = events;
    if (end !== undefined && isIndexed(checkpoint, server, first!.id.session, first!.id.instance)) {
      findings.add("checkpoint_wrong", place, "is in the index with a part of its events only");
    }
    if (end !== undefined && position <= end.position) {
      const text = `has the position ${position}, but the index reaches to ${end.position} without it`;
      findings.add("checkpoint_wrong", place, text);
    }
    if (checkpoint.size > 0 && events.some(({ isReleased }) => isReleased)) {
      findings.add("index_missing", place, "has an event that was released, but is in no index");
    }
  }

  /** Where the index is said to end for a server, one of its events does; it may be removed since. */
  #checkEnds(): void {
    const { checkpoint, findings, hasRules } = this.context;
    for (const [server, end] of checkpoint) {
      const last = this.#indexedEnds.get(server);
      const { session, instance } = end;
      const isThere = last?.session === session && last.instance === instance;
      const place = `checkpoint of server ${server}`;
      if (!isThere && !hasRules && this.#damaged === 0) {
        const id = formatEventId({ server, session, instance });
        findings.add("checkpoint_wrong", place, `names event ${id}, which is not there`);
      }
      if (!isThere && last !== undefined && compareMoments(end.time, last.time) < 0) {
        findings.add("checkpoint_wrong", place, "has a time before that of the last event");
      }
      if (!isThere) continue;
      if (last.position !== end.position || compareMoments(last.time, end.time) !== 0) {
        findings.add("checkpoint_wrong", place, "has another position or time than its event");
      }
    }
  }

  /** Positions are dense, but where rules have removed all events of a record. */
  #checkPositions(): void {
    const { checkpoint, findings, hasRules } = this.context;
    const indexed = lastPosition(checkpoint);
    // The checkpoint is damaged: what was removed, nobody knows.
    if (hasRules && indexed === 0) return;
    const positions = this.#positions;
    const from = hasRules ? indexed + 1 : 1;
    const gaps: string[] = [];
    let missing = hasRules ? 0 : Math.max(0, indexed - positions.last);
    if (missing > 0) gaps.push(`${positions.last + 1} to ${indexed}`);
    for (const { first, last } of positions.gaps(from)) {
      missing += last - first + 1;
      if (gaps.length < maxGaps) gaps.push(first === last ? `${first}` : `${first} to ${last}`);
    }
    // Nobody knows what the positions of damaged ones are.
    if (missing <= this.#damaged) return;
    for (const gap of gaps) findings.add("record_missing", `position ${gap}`, "has no record");
  }
}
