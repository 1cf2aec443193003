import { tables, typeKey } from "../tables.js";
import { encodeType } from "../type-entries.js";
/** Where the sessions that may have been given away are, in the table `meta`. */
export const reservedKey = Buffer.from("reserved");
/** Sessions that are reserved at once. */
const reservation = 65_536;
/** Gives out positions and the numbers of types, and sees to it that a crash forgets none. */
export class Numbering {
    types;
    last;
    reserved;
    #storedTypes;
    constructor(types, last, 
    /** The last session that a crash does not forget, though it may not be stored. */
    reserved) {
        this.types = types;
        this.last = last;
        this.reserved = reserved;
        this.#storedTypes = types.size;
    }
    /** The last position given out. */
    get position() {
        return this.last;
    }
    nextPosition() {
        return ++this.last;
    }
    /** Writes the types that are not stored yet, among which are those of the next record. */
    addTypes(group) {
        for (; this.#storedTypes < this.types.size; this.#storedTypes++) {
            const type = this.#storedTypes;
            group.change(tables.types, typeKey(type), encodeType(this.types.typeOf(type)));
        }
    }
    /**
     * Whether a session that is not stored may be told of: after a crash its number must not be used
     * again. If it may not yet, the group sees to it.
     */
    isReserved(session, group) {
        const isReserved = session <= this.reserved;
        if (session > this.reserved - reservation / 2)
            this.#reserve(session + reservation, group);
        return isReserved;
    }
    #asked = 0;
    #reserve(session, group) {
        if (this.#asked >= session - reservation / 2)
            return;
        this.#asked = session;
        group.change(tables.meta, reservedKey, encodeReserved(session));
        group.waiting.push({
            committed: () => {
                this.reserved = session;
            },
            failed: () => { },
        });
    }
}
export function encodeReserved(session) {
    const value = Buffer.allocUnsafe(6);
    value.writeUIntBE(session, 0, 6);
    return value;
}
