import { isWithin } from "./session-cursor.js";
/** Records that are read at once. */
const maxPage = 256;
/** Looks at all sessions of a server, one after the other. */
export class ScanCursor {
    records;
    server;
    reverse;
    matches;
    budget;
    #span;
    #isOver = false;
    place;
    constructor(records, server, span, reverse, matches, budget) {
        this.records = records;
        this.server = server;
        this.reverse = reverse;
        this.matches = matches;
        this.budget = budget;
        this.#span = span;
    }
    async next(events) {
        const found = [];
        let left = events;
        while (!this.#isOver && left > 0 && !this.budget.isSpent) {
            const limit = this.records.capacity(Math.min(Math.max(left, 16), maxPage));
            const page = await this.#page(limit);
            for (const record of page)
                left -= record.events.length;
            found.push(...page);
            await this.budget.pause();
        }
        return found;
    }
    async #page(limit) {
        const span = this.#span;
        const { reverse, server } = this;
        const page = await this.records.range(server, span, reverse, limit, this.matches);
        this.budget.spend(page.length);
        const last = page.at(-1);
        if (last === undefined || page.length < limit)
            this.#isOver = true;
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
function withinSpan(record, span) {
    const { session, firstInstance, lastInstance } = record;
    if (isWithin(span, session, firstInstance) && isWithin(span, session, lastInstance)) {
        return record;
    }
    const events = record.events.filter(({ id }) => isWithin(span, session, id.instance));
    return { ...record, events };
}
