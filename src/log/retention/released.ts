import type { CommittedSession, EventRef } from "../index/tail.js";
import { decodeVersions, encodeVersions } from "../index/version-blocks.js";
import type { Change, Storage } from "../storage/storage.js";
import { maxServer, readTypeKey, tables, typeKey } from "../tables.js";

/** The events that are kept only because they are the last of their types. */
export class Released {
  readonly #refs = new Map<number, EventRef>();
  /** Types of which there may be a later event now. */
  readonly #suspects = new Set<number>();

  static async read(storage: Storage): Promise<Released> {
    const released = new Released();
    const page = 1_024;
    for (let from = typeKey(0); ; ) {
      const range = { from, to: typeKey(maxServer), limit: page };
      const entries = await storage.range(tables.released, range);
      for (const { key, value } of entries) {
        const type = readTypeKey(key);
        released.#refs.set(type, decodeVersions(value)[0]!);
        released.#suspects.add(type);
      }
      if (entries.length < page) return released;
      from = typeKey(readTypeKey(entries.at(-1)!.key) + 1);
    }
  }

  /** Takes note of what has become durable. */
  add({ events }: CommittedSession): void {
    if (this.#refs.size === 0) return;
    for (const { typeNumber } of events) {
      if (this.#refs.has(typeNumber)) this.#suspects.add(typeNumber);
    }
  }

  /** Types of which the released event is perhaps not the last any more, up to so many. */
  suspects(limit: number): { readonly type: number; readonly ref: EventRef }[] {
    const found: { type: number; ref: EventRef }[] = [];
    for (const type of this.#suspects) {
      if (found.length === limit) break;
      found.push({ type, ref: this.#refs.get(type)! });
    }
    return found;
  }

  /** The released event of a type is its last. */
  confirm(type: number): void {
    this.#suspects.delete(type);
  }

  release(type: number, ref: EventRef): Change {
    this.#refs.set(type, ref);
    // A later event may have come since the last one was looked for.
    this.#suspects.add(type);
    return {
      table: tables.released,
      key: typeKey(type),
      value: encodeVersions(ref.server, [ref.session, ref.instance]),
    };
  }

  forget(type: number): Change {
    this.#refs.delete(type);
    this.#suspects.delete(type);
    return { table: tables.released, key: typeKey(type), value: undefined };
  }
}
