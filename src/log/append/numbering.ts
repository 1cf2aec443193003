import type { TypeTree } from "../model/type-tree.js";
import { sealed, unsealed } from "../sealed.js";
import { tables, typeKey } from "../tables.js";
import { encodeType } from "../type-entries.js";
import type { CommitGroup } from "./commit-group.js";

/** Where the sessions that may have been given away are, in the table `meta`. */
export const reservedKey = Buffer.from("reserved");

/** Sessions that are reserved at once. */
const reservation = 65_536;

/** Gives out positions and the numbers of types, and sees to it that a crash forgets none. */
export class Numbering {
  #storedTypes: number;

  constructor(
    private readonly types: TypeTree,
    private last: number,
    /** The last session that a crash does not forget, though it may not be stored. */
    private reserved: number,
  ) {
    this.#storedTypes = types.size;
  }

  /** The last position given out. */
  get position(): number {
    return this.last;
  }

  nextPosition(): number {
    return ++this.last;
  }

  /** Writes the types that are not stored yet, among which are those of the next record. */
  addTypes(group: CommitGroup): void {
    for (; this.#storedTypes < this.types.size; this.#storedTypes++) {
      const type = this.#storedTypes;
      const key = typeKey(type);
      group.change(tables.types, key, encodeType(key, this.types.typeOf(type)));
    }
  }

  /**
   * Whether a session that is not stored may be told of: after a crash its number must not be used
   * again. If it may not yet, the group sees to it.
   */
  isReserved(session: number, group: CommitGroup): boolean {
    const isReserved = session <= this.reserved;
    if (session > this.reserved - reservation / 2) this.#reserve(session + reservation, group);
    return isReserved;
  }

  #asked = 0;

  #reserve(session: number, group: CommitGroup): void {
    if (this.#asked >= session - reservation / 2) return;
    this.#asked = session;
    group.change(tables.meta, reservedKey, encodeReserved(session));
    group.waiting.push({
      committed: () => {
        this.reserved = session;
      },
      failed: () => {},
    });
  }
}

export function encodeReserved(session: number): Buffer {
  const value = Buffer.allocUnsafe(6);
  value.writeUIntBE(session, 0, 6);
  return sealed(reservedKey, value);
}

/** The session that was written; `undefined` if this is another one, or none. */
export function decodeReserved(stored: Uint8Array): number | undefined {
  return unsealed(reservedKey, stored)?.readUIntBE(0, 6);
}
