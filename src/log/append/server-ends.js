import { compareMoments } from "../moment.js";
const beforeAll = {
    session: 0,
    instance: 0,
    time: { seconds: Number.NEGATIVE_INFINITY, micros: 0 },
};
/** Where each server's events end: ids only grow, and times never go back. */
export class ServerEnds {
    #ends;
    constructor(ends) {
        this.#ends = new Map(ends);
    }
    of(server) {
        return this.#ends.get(server) ?? beforeAll;
    }
    set(server, end) {
        this.#ends.set(server, end);
    }
    /** Whether a place is behind the end. */
    isNew(server, session, instance) {
        const end = this.of(server);
        return session > end.session || (session === end.session && instance > end.instance);
    }
    /** Whether a time is not before the end's. */
    isInTime(server, time) {
        return compareMoments(time, this.of(server).time) >= 0;
    }
}
