import type { SessionRecord } from "../record.js";
import type { Budget } from "./budget.js";
import type { RecordReader } from "./record-reader.js";
import { isWithin, type Place, type SessionCursor, type Span } from "./session-cursor.js";

/** Records that are read at once. */
const maxPage = 256;

/** Looks at all sessions of a server, one after the other. */
export class ScanCursor implements SessionCursor {
  #span: Span;
  #isOver = false;
  place: Place | undefined;

  constructor(
    private readonly records: RecordReader,
    private readonly server: number,
    span: Span,
    private readonly reverse: boolean,
    private readonly matches: (type: number) => boolean,
    private readonly budget: Budget,
  ) {
    this.#span = span;
  }

  async next(events: number): Promise<SessionRecord[]> {
    const found: SessionRecord[] = [];
    let left = events;
    while (!this.#isOver && left > 0 && !this.budget.isSpent) {
      const limit = this.records.capacity(Math.min(Math.max(left, 16), maxPage));
      const page = await this.#page(limit);
      for (const record of page) left -= record.events.length;
      found.push(...page);
      await this.budget.pause();
    }
    return found;
  }

  async #page(limit: number): Promise<SessionRecord[]> {
    const span = this.#span;
    const { reverse, server } = this;
    const page = await this.records.range(server, span, reverse, limit, this.matches);
    this.budget.spend(page.length);
    const last = page.at(-1);
    if (last === undefined || page.length < limit) this.#isOver = true;
    if (last !== undefined) {
      const { session, firstInstance, lastInstance } = last;
      this.place = { session, instance: reverse ? firstInstance : lastInstance };
      this.#span = reverse
        ? { after: span.after, upTo: { session, instance: firstInstance - 1 } }
        : { after: { session, instance: lastInstance }, upTo: span.upTo };
    }
    return page
      .map((record) => withinSpan(record, span))
      .filter((record) => record.events.length > 0);
  }
}

function withinSpan(record: SessionRecord, span: Span): SessionRecord {
  const { session, firstInstance, lastInstance } = record;
  if (isWithin(span, session, firstInstance) && isWithin(span, session, lastInstance)) {
    return record;
  }
  const events = record.events.filter(({ id }) => isWithin(span, session, id.instance));
  return { ...record, events };
}
