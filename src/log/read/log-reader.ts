import type { IndexView, LogIndex } from "../index/log-index.js";
import type { ServerEnd } from "../index/tail.js";
import type { EventId } from "../model/event.js";
import type { TypeTree } from "../model/type-tree.js";
import type { SessionRecord } from "../record.js";
import type { Storage } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import { Budget } from "./budget.js";
import { IndexCursor } from "./index-cursor.js";
import { Page } from "./page.js";
import { RecordReader } from "./record-reader.js";
import { ScanCursor } from "./scan-cursor.js";
import type { SessionCursor, Span } from "./session-cursor.js";
import type { TypeFilter } from "./type-filter.js";

/** Limits of what is read. */
export interface ReadLimits {
  /** Events of one page of a query; default 4,096. */
  readonly maxPageEvents: number;
  /**
   * Bytes of the texts and payloads of one page; when it has as many it is cut short. Default 768 KiB:
   * with one event more, as large as it may be, and in JSON, that fits into a message of 4 MiB.
   */
  readonly maxPageBytes: number;
  /** Records that are looked at for one page; one that needs more is cut short; default 65,536. */
  readonly maxPageRecords: number;
  readonly maxKeyBytes: number;
}

/** What queries of a log read from: all that is durable, and nothing else. */
export interface ReadContext {
  readonly storage: Storage;
  readonly index: LogIndex;
  readonly types: TypeTree;
  readonly limits: ReadLimits;
  /** Whether an event is to be seen at all: see the log's conditions. */
  readonly isVisible: (event: StoredEvent) => boolean;
}

/** One query at work: what it sees is what there was when it began. */
export class Reading {
  readonly records: RecordReader;
  readonly ends: ReadonlyMap<number, ServerEnd>;
  readonly budget: Budget;
  readonly view: IndexView;

  constructor(readonly context: ReadContext) {
    const { storage, index, types, limits } = context;
    this.budget = new Budget(limits.maxPageRecords);
    this.records = new RecordReader(storage, types);
    this.ends = index.ends();
    this.view = index.view();
  }

  /** An empty page. */
  page(limit: number): Page {
    return new Page(limit, this.context.limits.maxPageBytes);
  }

  /** The event with an id, if it is there and may be seen. */
  async find({ server, session, instance }: EventId): Promise<StoredEvent | undefined> {
    const [record] = await this.records.get(server, [session, instance]);
    const event = record?.events[0];
    return event !== undefined && this.context.isVisible(event) ? event : undefined;
  }

  /** The record that an event is in, with it and perhaps others of its session. */
  async recordOf({ server, session, instance }: EventId): Promise<SessionRecord | undefined> {
    const [record] = await this.records.get(server, [session, instance]);
    return record;
  }

  /** Work without an end, for whoever takes the results as they come. */
  unlimited(): Budget {
    return new Budget(Number.POSITIVE_INFINITY);
  }

  /** Work like that of the whole page, for one of several that must all get on. */
  newBudget(): Budget {
    return new Budget(this.context.limits.maxPageRecords);
  }

  /** Goes through the events of one server that have one of some types. */
  cursor(
    server: number,
    span: Span,
    reverse: boolean,
    filter: TypeFilter,
    budget = this.budget,
  ): SessionCursor {
    const { records, context } = this;
    const { listed } = filter;
    return listed === undefined
      ? new ScanCursor(records, server, span, reverse, filter.matches, budget)
      : new IndexCursor(context.storage, this.view, records, server, listed, span, reverse, budget);
  }
}
