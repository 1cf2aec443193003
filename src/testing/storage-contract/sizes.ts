import { deepEqual, equal, ok } from "node:assert/strict";
import type { Change } from "../../log/storage/storage.js";
import { bytes, contractCase, hex, put, remove, toHex } from "./rig.js";

const mib = 2 ** 20;

/** What fits. */
export const sizeCases = [
  contractCase("keeps values of any size, and empty ones", async (rig) => {
    const sizes = [0, 1, 7, 8, 4_095, 4_096, 65_536, mib, 3 * mib + 1];
    const value = (size: number) => Buffer.alloc(size, `${size} `);
    for (const size of sizes) {
      await rig.storage.commit([{ table: 0, key: bytes(`${size}`), value: value(size) }]);
    }
    for (const round of ["at once", "after opening again"]) {
      for (const size of sizes) {
        const [found] = await rig.storage.get(0, [bytes(`${size}`)]);
        equal(found === undefined ? -1 : Buffer.compare(found, value(size)), 0, `${size} ${round}`);
      }
      await rig.reopen();
    }
  }),

  contractCase("keeps a commit of many megabytes", async (rig) => {
    const changes: Change[] = Array.from({ length: 40 }, (_, number) => ({
      table: number % 3,
      key: Uint8Array.of(number),
      value: Buffer.alloc(mib / 2, number),
    }));
    const commits = [rig.storage.commit(changes), rig.storage.commit([put(0, "after", "it")])];
    await Promise.all(commits);
    await rig.reopen();
    const [found] = await rig.storage.get(0, [Uint8Array.of(39)]);
    equal(Buffer.compare(found!, Buffer.alloc(mib / 2, 39)), 0);
    equal(await rig.text(0, "after"), "it");
  }),

  contractCase("keeps keys as large as they may be", async (rig) => {
    const { maxKeyBytes } = rig.storage;
    const keys = [0, 1, 255].map((last) => {
      const key = new Uint8Array(maxKeyBytes).fill(0xee);
      key[maxKeyBytes - 1] = last;
      return key;
    });
    await rig.storage.commit(keys.map((key) => ({ table: 2, key, value: bytes("x") })));
    await rig.reopen();
    const found = await rig.range(2);
    deepEqual(
      found.map(({ key }) => toHex(key)),
      keys.map(toHex),
    );
  }),

  contractCase("keeps many entries of one commit and of one write", async (rig) => {
    const changes = (table: number): Change[] =>
      Array.from({ length: 5_000 }, (_, number) =>
        put(table, `${(number * 7_919) % 5_000}`.padStart(8, "0"), `${number}`),
      );
    await Promise.all([rig.storage.commit(changes(0)), rig.storage.write(changes(1))]);
    for (let round = 0; round < 2; round++) {
      for (const table of [0, 1]) {
        const found = await rig.range(table);
        equal(found.length, 5_000);
        const keys = found.map(({ key }) => Buffer.from(key).toString());
        deepEqual(keys, [...keys].sort());
      }
      await rig.reopen();
    }
  }),

  contractCase(
    "keeps many tables",
    async (rig) => {
      await rig.storage.commit(
        Array.from({ length: 40 }, (_, table) => put(table, "key", `${table}`)),
      );
      await rig.reopen();
      for (let table = 0; table < 40; table++) equal(await rig.text(table, "key"), `${table}`);
    },
    40,
  ),

  contractCase("tells what it takes", async (rig) => {
    const before = await rig.storage.sizeBytes();
    const value = new Uint8Array(4 * mib).fill(1);
    await rig.storage.commit([{ table: 0, key: bytes("large"), value }]);
    await rig.reopen();
    ok((await rig.storage.sizeBytes()) >= before + value.length / 2);
  }),

  contractCase("hands out bytes that stay what they are", async (rig) => {
    await rig.storage.commit([put(0, "a", "first"), put(0, "b", "second")]);
    const range = await rig.range(0);
    const [value] = await rig.storage.get(0, [bytes("a")]);
    const before = [hex(range), toHex(value!)];
    for (let number = 0; number < 50; number++) {
      await rig.storage.commit([put(0, "a", `${number}`.repeat(100)), remove(0, "b")]);
      await rig.range(0);
    }
    deepEqual([hex(range), toHex(value!)], before);
  }),
];
