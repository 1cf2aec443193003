import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SluiceError } from "../../../src/errors.js";
import { EventLog } from "../../../src/log/event-log.js";
import {
  checkpointKey,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../../src/log/index/checkpoint.js";
import type { Event } from "../../../src/log/model/event.js";
import { timestampFromSeconds } from "../../../src/log/model/timestamp.js";
import { encodeRecord, readRecord, type SessionRecord } from "../../../src/log/record.js";
import { keptKey } from "../../../src/log/retention/kept.js";
import { sealed, unsealed } from "../../../src/log/sealed.js";
import { MemoryStorage } from "../../../src/log/storage/memory-storage.js";
import type { Change, Entry, KeyRange } from "../../../src/log/storage/storage.js";
import {
  anyType,
  sessionKey,
  sourceKey,
  streamVersionKey,
  tables,
  typeBlockKey,
  typeKey,
} from "../../../src/log/tables.js";
import { encodeType } from "../../../src/log/type-entries.js";
import { findingCodes } from "../../../src/log/verify/finding.js";
import { verifyLog } from "../../../src/log/verify/verify-log.js";
import { change, entriesOf } from "./damage.js";
import { JournalStorage } from "./journal-storage.js";

const sourceTimestamp = timestampFromSeconds(7);

/**
 * Types 0 to 2 are a, b and c. Session 1:1 has two events of a; 1:2 has one of b, in stream s, with
 * a source timestamp and an idempotency key; 1:3 is the second version of s. Session 7:5 came in two
 * parts. The last a is kept for being the last only.
 */
async function aLog(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const retention = [{ types: [["a"]], maxEntries: 0 }];
  const clock = { seconds: 100 };
  const now = () => timestampFromSeconds(clock.seconds);
  const log = await EventLog.open({ storage, retention, now });
  await log.append([{ type: ["a"] }, { type: ["a"] }]);
  const b = { type: ["b"], streamKey: "s", sourceTimestamp, payload: { json: "text" } };
  await log.append([b], { key: "k" });
  await log.append([{ type: ["b"], streamKey: "s" }]);
  const id = { server: 7, session: 5, instance: 1 };
  const event: Event = { id, type: ["c"], timestamp: timestampFromSeconds(90) };
  await log.import([event]);
  await log.import([{ ...event, id: { ...id, instance: 2 } }]);
  await log.cleanUp();
  await log.close();
  return storage;
}

/** What is found when some entries are changed. */
async function found(...changes: Change[]): Promise<string[]> {
  const storage = await aLog();
  await change(storage, changes);
  const { findings, found: count } = await verifyLog(storage);
  expect(count).toBe(findings.length);
  return findings.map(({ code, place, text }) => `${code}: ${place} ${text}`);
}

function gone(table: number, key: Uint8Array): Change {
  return { table, key, value: undefined };
}

async function stored(table: number, key: Uint8Array): Promise<Buffer> {
  const entries = await entriesOf(await aLog());
  const entry = entries.find((each) => each.table === table && Buffer.compare(each.key, key) === 0);
  return Buffer.from(entry!.value);
}

test("nothing is found in a log that is well, and it is described", async () => {
  const all = await verifyLog(await aLog());
  expect(all).toEqual({
    records: 5,
    events: 5,
    types: 3,
    servers: 2,
    unindexed: 0,
    findings: [],
    found: 0,
  });
});

test("docs/durability.md has all codes, in their order", async () => {
  const doc = await readFile(join(import.meta.dirname, "../../../docs/durability.md"), "utf8");
  const [, table = ""] = doc.split("| finding | means |");
  const codes = [...table.matchAll(/^\| `(\w+)` \| [A-Z].*\. \|$/gm)].map(([, code]) => code);
  expect(codes).toEqual([...findingCodes]);
});

describe("says of each kind of damage what it is", () => {
  test("a record", async () => {
    const record = await stored(tables.sessions, sessionKey(1, 3));
    record[record.length - 1]! ^= 1;
    expect(await found({ table: tables.sessions, key: sessionKey(1, 3), value: record })).toEqual([
      "record_damaged: session 1:3 its checksum is wrong",
    ]);
  });

  test("a record that is gone, of which the index tells", async () => {
    expect(await found(gone(tables.sessions, sessionKey(7, 5, 2)))).toEqual([
      'index_dangling: the index by type type "c" names event 7:5:2, which is not there',
    ]);
  });

  test("a record that is gone, and was not in the index yet", async () => {
    const storage = new JournalStorage();
    const log = await EventLog.open({ storage });
    for (let i = 0; i < 4; i++) await log.append([{ type: ["a"] }]);
    const crashed = await storage.crashed(1, 0);
    await log.close();
    await change(crashed, [gone(tables.sessions, sessionKey(1, 2))]);
    expect(await verifyLog(crashed)).toMatchObject({
      unindexed: 3,
      findings: [{ code: "record_missing", place: "position 2", text: "has no record" }],
    });
  });

  test("a type", async () => {
    expect(await found(gone(tables.types, typeKey(1)))).toEqual([
      "type_damaged: type 1 is missing",
    ]);
    const key = typeKey(2);
    const value = encodeType(key, ["a"]);
    expect(await found({ table: tables.types, key, value })).toEqual([
      'type_damaged: type 2 is "a", as type 0 is',
    ]);
  });

  test("what is known of the log as a whole", async () => {
    const value = Buffer.of(1, 2, 3);
    expect(await found({ table: tables.meta, key: checkpointKey, value })).toEqual([
      'meta_damaged: meta "checkpoint" cannot be read',
    ]);
    expect(await found(gone(tables.meta, checkpointKey))).toContain(
      'meta_damaged: meta "checkpoint" cannot be read',
    );
    for (const key of ["reserved", "kept", "removals"]) {
      expect(await found({ table: tables.meta, key: Buffer.from(key), value })).toEqual([
        `meta_damaged: meta "${key}" cannot be read`,
      ]);
    }
    expect(await found({ table: tables.meta, key: Buffer.from("other"), value })).toEqual([
      'meta_damaged: meta "other" is nothing of a log\'s',
    ]);
  });

  test("the checkpoint", async () => {
    const ends = decodeCheckpoint(await stored(tables.meta, checkpointKey))!;
    const end = ends.get(1)!;
    const late = { ...end, time: { ...end.time, micros: 5 } };
    const value = encodeCheckpoint(new Map([...ends, [1, late]]));
    expect(await found({ table: tables.meta, key: checkpointKey, value })).toEqual([
      "checkpoint_wrong: checkpoint of server 1 has another position or time than its event",
    ]);
  });

  test("a checkpoint whose event is gone, or that is in the middle of records", async () => {
    const ends = decodeCheckpoint(await stored(tables.meta, checkpointKey))!;
    const withEnd = (end: object) => ({
      table: tables.meta,
      key: checkpointKey,
      value: encodeCheckpoint(new Map([...ends, [1, { ...ends.get(1)!, ...end }]])),
    });
    expect(await found(withEnd({ session: 9, position: 1 }))).toContain(
      "checkpoint_wrong: session 1:2 has the position 2, but the index has it and reaches to 1",
    );
    expect(await found(withEnd({ session: 9, time: { seconds: 1, micros: 0 } }))).toContain(
      "checkpoint_wrong: checkpoint of server 1 has a time before that of the last event",
    );
    expect(await found(withEnd({ session: 2 }))).toContain(
      "checkpoint_wrong: session 1:3 has the position 3, but the index reaches to 3 without it",
    );
    const key = sessionKey(1, 4);
    const { timestamp, events } = readRecord(
      await stored(tables.sessions, sessionKey(7, 5)),
      [7, 5, 1],
      () => [],
    );
    const two = [1, 2].map((instance) =>
      Object.assign(Object.create(events[0]!), { id: { server: 1, session: 4, instance } }),
    );
    const record = encodeRecord(6, { ...timestamp, seconds: 100n }, 1, two);
    const torn = { table: tables.sessions, key, value: record };
    expect(await found(torn, withEnd({ session: 4, instance: 1, position: 6 }))).toContain(
      "checkpoint_wrong: session 1:4 is in the index with a part of its events only",
    );
  });

  test("a missing part of the index, and what is not in it", async () => {
    const ofB = typeBlockKey(1, 1, 2, 1);
    expect(await found(gone(tables.byType, ofB))).toEqual([
      "index_missing: event 1:2:1 is not in the index by type",
      "index_missing: event 1:3:1 is not in the index by type",
    ]);
    const time = { seconds: 7, micros: 0 };
    const ref = { server: 1, session: 2, instance: 1 };
    expect(await found(gone(tables.bySource, sourceKey(anyType, time, ref)))).toEqual([
      "index_missing: event 1:2:1 is not in the index by source timestamp",
    ]);
    expect(await found(gone(tables.released, typeKey(0)))).toEqual([
      "index_missing: event 1:1:2 is not in the list of events kept as the last of their types",
    ]);
    expect(await found(gone(tables.streams, streamVersionKey("s", 1)))).toEqual([
      "index_missing: event 1:2:1 is not in the index by stream",
      "index_missing: event 1:3:1 is not in the index by stream",
    ]);
    expect(await found(gone(tables.answers, Buffer.from("k")))).toEqual([
      "index_damaged: the index by idempotency key entry 000000000002, or what it names, cannot be read",
      "index_missing: event 1:2:1 is not in the index by idempotency key",
    ]);
  });

  test("entries of the index that should not be there", async () => {
    const key = sourceKey(2, { seconds: 7, micros: 0 }, { server: 1, session: 3, instance: 1 });
    expect(await found({ table: tables.bySource, key, value: Buffer.alloc(0) })).toEqual([
      'index_dangling: the index by source timestamp 1970-01-01T00:00:07.000000Z of type "c" names event 1:3:1, which is another one',
    ]);
    const late = sourceKey(2, { seconds: 7, micros: 0 }, { server: 1, session: 9, instance: 1 });
    expect(await found({ table: tables.bySource, key: late, value: Buffer.alloc(0) })).toEqual([
      'index_ahead: the index by source timestamp 1970-01-01T00:00:07.000000Z of type "c" names event 1:9:1, to which the index does not reach',
    ]);
    const answer = await stored(tables.answers, Buffer.from("k"));
    expect(await found({ table: tables.answers, key: Buffer.from("l"), value: answer })).toEqual([
      "index_dangling: the index by idempotency key 2 answers are kept, but 1 of them in order",
    ]);
  });

  test("a block of the index that would never end", async () => {
    const key = typeBlockKey(1, 1, 2, 1);
    const value = Buffer.from([0, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    expect(await found({ table: tables.byType, key, value })).toEqual([
      `index_damaged: the index by type block ${key.toString("hex")} cannot be read`,
      "index_missing: event 1:2:1 is not in the index by type",
      "index_missing: event 1:3:1 is not in the index by type",
    ]);
  });

  test("versions that are not dense", async () => {
    const block = await stored(tables.streams, streamVersionKey("s", 1));
    const half = block.length / 2;
    const put = (version: number, value: Uint8Array) => {
      return { table: tables.streams, key: streamVersionKey("s", version), value };
    };
    expect(await found(put(1, block.subarray(0, half)), put(4, block.subarray(half)))).toEqual([
      'stream_gap: stream "s" begins a block with version 4, before which the last one is 1',
      'index_dangling: the index by stream version 4 of stream "s" names event 1:3:1, which is another one',
      "index_missing: event 1:3:1 is not in the index by stream",
    ]);
  });

  test("a wrong count of what rules keep", async () => {
    const value = unsealed(keptKey, await stored(tables.meta, keptKey))!;
    const other = sealed(
      keptKey,
      Buffer.from(value.toString().replace('"entries":0', '"entries":3')),
    );
    expect(await found({ table: tables.meta, key: keptKey, value: other })).toEqual([
      "kept_wrong: retention[0] there are 0 events of 0 bytes, but 3 of 0 are counted: rules remove too many or too few",
    ]);
  });

  test("records that are not in order", async () => {
    const entries = await entriesOf(await aLog());
    const at = (session: number) => {
      const key = sessionKey(1, session);
      const { value } = entries.find((each) => Buffer.compare(each.key, key) === 0)!;
      return readRecord(value, [1, session, 1], () => []);
    };
    const put = (position: number, { timestamp, events }: SessionRecord) => {
      const value = encodeRecord(position, timestamp, 1, events);
      return { table: tables.sessions, key: sessionKey(1, 3), value };
    };
    const third = at(3);
    expect(await found(put(2, third))).toEqual([
      "record_order: session 1:3 has the position 2, the record before has 2",
      "record_order: session 1:3 has the position 2, as another record has",
      "checkpoint_wrong: checkpoint of server 1 has another position or time than its event",
    ]);
    const early = { ...third, timestamp: timestampFromSeconds(3) };
    const [event] = third.events;
    const copy = Object.assign(Object.create(event!), { timestamp: early.timestamp });
    expect(await found(put(3, { ...early, events: [copy] }))).toEqual([
      "record_order: session 1:3 has event 1:3:1, whose time is before that of the one before",
      "checkpoint_wrong: checkpoint of server 1 has another position or time than its event",
    ]);
  });

  test("a storage that cannot be read any further", async () => {
    class Failing extends MemoryStorage {
      isFailing = false;
      override async range(table: number, range: KeyRange): Promise<Entry[]> {
        if (this.isFailing && table === tables.streams) {
          throw new SluiceError("storage_damaged", "Reading has failed: a page is damaged.");
        }
        return super.range(table, range);
      }
    }
    const storage = new Failing();
    await change(storage, await entriesOf(await aLog()));
    await expect(verifyLog(storage)).resolves.toMatchObject({ found: 0 });
    storage.isFailing = true;
    const value = Buffer.alloc(9);
    await change(storage, [{ table: tables.sessions, key: sessionKey(1, 3), value }]);
    const found = await verifyLog(storage, { maxFindings: 1 });
    expect(found).toMatchObject({ records: 5, events: 4, found: 2 });
    expect(found.findings).toEqual([
      {
        code: "storage_unreadable",
        place: "storage",
        text: "Reading has failed: a page is damaged.",
      },
    ]);
  });
});
