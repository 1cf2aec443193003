import { deepEqual } from "node:assert/strict";
import { contractCase, hex, type Rig } from "./rig.js";

/** In their order; each is its own value. */
const keys = ["00", "0000", "0001", "01", "7f", "7fff", "80", "8000", "ff", "ff00", "ffff"];

/** What ranges mean. */
export const orderCases = [
  contractCase(
    "orders keys by their bytes, a prefix before what it is a prefix of",
    async (rig) => {
      await putShuffled(rig);
      deepEqual(hex(await rig.range(0)), keys.map(entry));
      deepEqual(hex(await rig.range(0, { reverse: true })), keys.map(entry).reverse());
    },
  ),

  contractCase("begins a range at its first bound, ends it before its last", async (rig) => {
    await putShuffled(rig);
    const bounds = [...keys, "02", "7f01", "fe", "ffff00"].map((bound) =>
      Buffer.from(bound, "hex"),
    );
    for (const from of bounds) {
      for (const to of bounds) {
        const inside = keys.filter((key) => {
          const bytes = Buffer.from(key, "hex");
          return bytes.compare(from) >= 0 && bytes.compare(to) < 0;
        });
        const name = `${from.toString("hex")} to ${to.toString("hex")}`;
        deepEqual(hex(await rig.range(0, { from, to })), inside.map(entry), name);
        const backwards = await rig.range(0, { from, to, reverse: true });
        deepEqual(hex(backwards), inside.map(entry).reverse(), `${name}, backwards`);
      }
    }
  }),

  contractCase("ends a range at its limit, in both directions", async (rig) => {
    await putShuffled(rig);
    for (const limit of [1, 2, keys.length - 1, keys.length, keys.length + 1]) {
      const forwards = keys.map(entry).slice(0, limit);
      deepEqual(hex(await rig.range(0, { limit })), forwards, `${limit} forwards`);
      const backwards = keys.map(entry).reverse().slice(0, limit);
      deepEqual(hex(await rig.range(0, { limit, reverse: true })), backwards, `${limit} backwards`);
    }
  }),

  contractCase("finds what is left of a range when most of it was removed", async (rig) => {
    const all = Array.from({ length: 500 }, (_, number) => numberKey(number));
    await rig.storage.commit(all.map((key) => ({ table: 0, key, value: key })));
    await rig.reopen();
    const gone = all.filter((_, number) => number % 100 !== 99);
    await rig.storage.commit(gone.map((key) => ({ table: 0, key, value: undefined })));
    const left = [99, 199, 299, 399, 499].map((number) => entry(numberKey(number).toString("hex")));
    deepEqual(hex(await rig.range(0, { limit: 2 })), left.slice(0, 2));
    deepEqual(hex(await rig.range(0, { limit: 3, reverse: true })), left.slice(2).reverse());
    deepEqual(hex(await rig.range(0)), left);
  }),

  contractCase("keeps tables apart", async (rig) => {
    await rig.storage.commit(
      [0, 1, 2].map((table) => ({ table, key: Uint8Array.of(1), value: Uint8Array.of(table) })),
    );
    for (const table of [0, 1, 2]) {
      deepEqual(hex(await rig.range(table)), [`01=0${table}`]);
    }
    await rig.storage.commit([{ table: 1, key: Uint8Array.of(1), value: undefined }]);
    deepEqual(hex(await rig.range(0)), ["01=00"]);
    deepEqual(hex(await rig.range(1)), []);
  }),
];

async function putShuffled(rig: Rig): Promise<void> {
  const shuffled = [
    ...keys.filter((_, at) => at % 2 === 1),
    ...keys.filter((_, at) => at % 2 === 0),
  ];
  for (const key of shuffled) {
    const bytes = Buffer.from(key, "hex");
    await rig.storage.commit([{ table: 0, key: bytes, value: bytes }]);
  }
}

function entry(key: string): string {
  return `${key}=${key}`;
}

function numberKey(number: number): Buffer {
  const key = Buffer.alloc(4);
  key.writeUInt32BE(number);
  return key;
}
