import { deepEqual } from "node:assert/strict";
import { randomInt } from "node:crypto";
import type { Change, KeyRange } from "../../log/storage/storage.js";
import type { MakeStoragePlace, StorageContractCase } from "./contract.js";
import { hex, Rig, tableCount } from "./rig.js";

const operations = 2_000;

/** Thousands of random operations, each answered as by a plain map. */
export const modelCase: StorageContractCase = {
  name: "answers like a plain map, whatever is done and whenever it is opened again",
  async run(makePlace: MakeStoragePlace) {
    const seed = Number(process.env.STORAGE_SEED ?? randomInt(2 ** 31));
    try {
      await using rig = await Rig.open(makePlace);
      const session = new Session(rig, seed);
      for (let count = 0; count < operations; count++) await session.next();
      await session.end();
    } catch (error) {
      throw new Error(`With STORAGE_SEED=${seed}`, { cause: error });
    }
  },
};

class Session {
  readonly #tables = Array.from({ length: tableCount }, () => new Map<string, string>());
  #underWay: Promise<void>[] = [];
  #state: number;

  constructor(
    private readonly rig: Rig,
    seed: number,
  ) {
    this.#state = seed;
  }

  async next(): Promise<void> {
    const choice = this.#below(100);
    if (choice < 60) this.#change();
    else if (choice < 75) await this.#get();
    else if (choice < 98) await this.#range();
    else if (choice < 99) await this.#compareAll();
    else await this.#reopen();
  }

  async end(): Promise<void> {
    await this.#compareAll();
    await this.#reopen();
    await this.#compareAll();
  }

  #change(): void {
    const changes = Array.from({ length: this.#below(this.#below(20) === 0 ? 200 : 6) }, () =>
      this.#randomChange(),
    );
    for (const { table, key, value } of changes) {
      const entries = this.#tables[table]!;
      if (value === undefined) entries.delete(latin1(key));
      else entries.set(latin1(key), latin1(value));
    }
    const { storage } = this.rig;
    this.#underWay.push(this.#below(4) === 0 ? storage.write(changes) : storage.commit(changes));
  }

  async #get(): Promise<void> {
    await this.#settle();
    const table = this.#below(tableCount);
    const keys = Array.from({ length: this.#below(5) }, () => this.#key());
    const values = await this.rig.storage.get(table, keys);
    deepEqual(
      values.map((value) => value && latin1(value)),
      keys.map((key) => this.#tables[table]!.get(latin1(key))),
    );
  }

  async #range(): Promise<void> {
    await this.#settle();
    const [from, to] = [this.#key(), this.#key()];
    const [limit, reverse] = [1 + this.#below(30), this.#below(2) === 0];
    await this.#compare(this.#below(tableCount), { from, to, limit, reverse });
  }

  async #compareAll(): Promise<void> {
    await this.#settle();
    const bounds = { from: Uint8Array.of(0), to: Uint8Array.of(255, 255, 255, 255, 255) };
    for (const table of this.#tables.keys()) {
      await this.#compare(table, { ...bounds, limit: 1e6, reverse: false });
    }
  }

  async #compare(table: number, range: Required<KeyRange>): Promise<void> {
    const { limit, reverse } = range;
    const [from, to] = [latin1(range.from), latin1(range.to)];
    // Texts of one byte per character have the order of their bytes.
    const inside = [...this.#tables[table]!].filter(([key]) => key >= from && key < to);
    inside.sort(([a], [b]) => (a < b === reverse ? 1 : -1));
    deepEqual(
      hex(await this.rig.storage.range(table, range)),
      hex(inside.slice(0, limit).map(([key, value]) => ({ key: raw(key), value: raw(value) }))),
    );
  }

  async #reopen(): Promise<void> {
    // Not settled: closing waits.
    await this.rig.reopen();
    await this.#settle();
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#underWay.splice(0));
  }

  #randomChange(): Change {
    const value = this.#below(3) === 0 ? undefined : raw(`${this.#state}`.repeat(this.#below(20)));
    return { table: this.#below(tableCount), key: this.#key(), value };
  }

  /** Few bytes, of few values, so that keys meet again. */
  #key(): Uint8Array {
    return Uint8Array.from(
      { length: 1 + this.#below(4) },
      () => [0, 1, 127, 128, 255][this.#below(5)]!,
    );
  }

  /** A whole number below `end` (mulberry32). */
  #below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function raw(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
