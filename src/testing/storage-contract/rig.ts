import type { Change, Entry, KeyRange, Storage } from "../../log/storage/storage.js";
import type { MakeStoragePlace, StorageContractCase } from "./contract.js";

export const tableCount = 3;

/** A storage that is open, in texts instead of bytes; disposing it closes it and removes all. */
export class Rig implements AsyncDisposable {
  static async open(makePlace: MakeStoragePlace, tables = tableCount): Promise<Rig> {
    const place = await makePlace();
    const rig = new Rig(
      () => place.storage(),
      () => place[Symbol.asyncDispose](),
      tables,
    );
    await rig.storage.open(tables);
    return rig;
  }

  storage: Storage;

  private constructor(
    private readonly make: () => Storage,
    private readonly dispose: () => PromiseLike<void>,
    private readonly tables: number,
  ) {
    this.storage = make();
  }

  async reopen(): Promise<void> {
    await this.storage.close();
    this.storage = this.make();
    await this.storage.open(this.tables);
  }

  /** All entries of a range of a table, or of the whole of it. */
  range(table: number, range: Partial<KeyRange> = {}): Promise<Entry[]> {
    const to = new Uint8Array(this.storage.maxKeyBytes).fill(0xff);
    return this.storage.range(table, { from: Uint8Array.of(0), to, limit: 1e6, ...range });
  }

  /** The value of one key; `undefined` if it has none. */
  async text(table: number, key: string): Promise<string | undefined> {
    const [value] = await this.storage.get(table, [bytes(key)]);
    return value === undefined ? undefined : text(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.storage.close();
    await this.dispose();
  }
}

/** A case that needs one open storage. */
export function contractCase(
  name: string,
  check: (rig: Rig) => Promise<void>,
  tables = tableCount,
): StorageContractCase {
  return {
    name,
    async run(makePlace) {
      await using rig = await Rig.open(makePlace, tables);
      await check(rig);
    },
  };
}

export function put(table: number, key: string, value: string): Change {
  return { table, key: bytes(key), value: bytes(value) };
}

export function remove(table: number, key: string): Change {
  return { table, key: bytes(key), value: undefined };
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

export function text(value: Uint8Array): string {
  return Buffer.from(value).toString();
}

/** Keys and values of entries, readable when a comparison fails. */
export function hex(entries: readonly Entry[]): string[] {
  return entries.map(({ key, value }) => `${toHex(key)}=${toHex(value)}`);
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
