import { Budget } from "./budget.js";
import { IndexCursor } from "./index-cursor.js";
import { Page } from "./page.js";
import { RecordReader } from "./record-reader.js";
import { ScanCursor } from "./scan-cursor.js";
/** One query at work: what it sees is what there was when it began. */
export class Reading {
    context;
    records;
    ends;
    budget;
    view;
    constructor(context) {
        this.context = context;
        const { storage, index, types, limits } = context;
        this.budget = new Budget(limits.maxPageRecords);
        this.records = new RecordReader(storage, types);
        this.ends = index.ends();
        this.view = index.view();
    }
    /** An empty page. */
    page(limit) {
        return new Page(limit, this.context.limits.maxPageBytes);
    }
    /** The event with an id, if it is there and may be seen. */
    async find({ server, session, instance }) {
        const [record] = await this.records.get(server, [session, instance]);
        const event = record?.events[0];
        return event !== undefined && this.context.isVisible(event) ? event : undefined;
    }
    /** The record that an event is in, with it and perhaps others of its session. */
    async recordOf({ server, session, instance }) {
        const [record] = await this.records.get(server, [session, instance]);
        return record;
    }
    /** Work without an end, for whoever takes the results as they come. */
    unlimited() {
        return new Budget(Number.POSITIVE_INFINITY);
    }
    /** Work like that of the whole page, for one of several that must all get on. */
    newBudget() {
        return new Budget(this.context.limits.maxPageRecords);
    }
    /** Goes through the events of one server that have one of some types. */
    cursor(server, span, reverse, filter, budget = this.budget) {
        const { records, context } = this;
        const { listed } = filter;
        return listed === undefined
            ? new ScanCursor(records, server, span, reverse, filter.matches, budget)
            : new IndexCursor(context.storage, this.view, records, server, listed, span, reverse, budget);
    }
}
