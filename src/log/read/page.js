/** What an event takes besides its payload, roughly. */
const eventBytes = 100;
/** Events of one page of a query, until it is full: by their number, or by what they take. */
export class Page {
    limit;
    maxBytes;
    events = [];
    #bytes = 0;
    constructor(limit, maxBytes) {
        this.limit = limit;
        this.maxBytes = maxBytes;
    }
    get isFull() {
        return this.events.length >= this.limit || this.#bytes >= this.maxBytes;
    }
    /** Events that fit by their number. */
    get room() {
        return this.limit - this.events.length;
    }
    add(event) {
        this.events.push(event);
        this.#bytes += eventBytes + (event.data?.length ?? 0);
    }
}
