/** Raw `lmdb`: one entry for each event and no index. */
import { open } from "lmdb";
import { emptyDirectory, remove } from "../../lib/data.js";
import type { Load, LoadSpec } from "../../lib/load.js";
import { checkCount, checkPayload, payloadOf } from "../events.js";
import { AppendLoad, type AppendOptions } from "./append-load.js";
import type { Store } from "./store.js";

export function rawLmdb(options: AppendOptions): LoadSpec {
  return { module: import.meta.url, options, checks: ["all events read back"] };
}

export function createLoad(_: string, options: AppendOptions): Load {
  return new AppendLoad(async () => new RawLmdb(), options);
}

/**
 * Nothing is seen before it is durable, as in Sluice; it makes no difference to the rate. All puts
 * of a turn share a transaction, which is lmdb's default.
 */
const databaseOptions = {
  encoding: "binary",
  keyEncoding: "uint32",
  overlappingSync: false,
} as const;

class RawLmdb implements Store {
  readonly first = 0;
  private readonly directory = emptyDirectory("lmdb");
  private readonly database = open<Buffer, number>({ path: this.directory, ...databaseOptions });

  async append(number: number, count: number): Promise<void> {
    const { database } = this;
    const isStored =
      count === 1
        ? await database.put(number, payloadOf(number))
        : await database.batch(() => {
            for (let i = number; i < number + count; i++) void database.put(i, payloadOf(i));
          });
    if (!isStored) throw new Error(`event ${number} was not stored`);
  }

  async finish(): Promise<void> {
    await this.database.close();
  }

  async verify(end: number): Promise<void> {
    const database = open<Buffer, number>({ path: this.directory, ...databaseOptions });
    try {
      let next = 0;
      for (const { key, value } of database.getRange()) {
        checkCount("the key of an event", key, next++);
        checkPayload(key, value);
      }
      checkCount("events in lmdb", next, end);
    } finally {
      await database.close();
      remove(this.directory);
    }
  }
}
