import { Heap } from "./heap.js";
import { TypeCursor } from "./type-cursor.js";
/** Events that are read at once. */
const maxPage = 1_024;
/** Asks the index where a server's events of some types are, and reads those alone. */
export class IndexCursor {
    records;
    server;
    budget;
    #cursors;
    #heap;
    #sign;
    place;
    constructor(storage, view, records, server, types, span, reverse, budget) {
        this.records = records;
        this.server = server;
        this.budget = budget;
        this.#sign = reverse ? -1 : 1;
        this.#cursors = types.map((type) => new TypeCursor(storage, view, type, server, span, reverse));
    }
    async next(events) {
        const heap = await this.#loaded();
        const limit = this.records.capacity(Math.min(events, maxPage));
        const refs = [];
        while (heap.size > 0 && !this.budget.isSpent) {
            const cursor = heap.first;
            const { session } = cursor;
            // Sessions are not torn apart.
            if (refs.length >= 2 * limit && refs.at(-2) !== session)
                break;
            const { instance } = cursor;
            refs.push(session, instance);
            this.place = { session, instance };
            this.budget.spend(1);
            cursor.skip();
            if (cursor.isLoaded || (await cursor.load()))
                heap.settle();
            else
                heap.shift();
        }
        await this.budget.pause();
        const records = await this.records.get(this.server, ascending(refs, this.#sign));
        if (this.#sign < 0)
            records.reverse();
        // Everything may have been removed meanwhile; that is not the end.
        return records.length === 0 && refs.length > 0 ? this.next(events) : records;
    }
    async #loaded() {
        if (this.#heap !== undefined)
            return this.#heap;
        const sign = this.#sign;
        const heap = new Heap((a, b) => sign * (a.session - b.session || a.instance - b.instance));
        for (const cursor of this.#cursors) {
            if (await cursor.load())
                heap.push(cursor);
            await this.budget.pause(1);
        }
        this.#heap = heap;
        return heap;
    }
}
function ascending(refs, sign) {
    if (sign > 0)
        return refs;
    const result = [];
    for (let i = refs.length - 2; i >= 0; i -= 2)
        result.push(refs[i], refs[i + 1]);
    return result;
}
