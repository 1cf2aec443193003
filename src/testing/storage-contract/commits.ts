import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { SluiceError } from "../../errors.js";
import type { Change } from "../../log/storage/storage.js";
import { bytes, contractCase, put, type Rig, remove, text } from "./rig.js";

/** What commits and writes mean. */
export const commitCases = [
  contractCase("reads what was committed as soon as the commit resolves", async (rig) => {
    for (let number = 0; number < 200; number++) {
      await rig.storage.commit([put(0, "key", `${number}`), put(1, `key ${number}`, "")]);
      equal(await rig.text(0, "key"), `${number}`);
      equal(await rig.text(1, `key ${number}`), "");
    }
    equal((await rig.range(1)).length, 200);
  }),

  contractCase("reads what was written as soon as the write resolves", async (rig) => {
    for (let number = 0; number < 100; number++) {
      await rig.storage.write([put(0, "key", `${number}`), put(1, `key ${number}`, "")]);
      equal(await rig.text(0, "key"), `${number}`);
    }
    equal((await rig.range(1)).length, 100);
  }),

  contractCase("answers values in the order of the keys asked for", async (rig) => {
    await rig.storage.commit([put(0, "a", "1"), put(0, "b", "2")]);
    const values = await rig.storage.get(0, ["b", "c", "a", "b"].map(bytes));
    deepEqual(
      values.map((value) => value && text(value)),
      ["2", undefined, "1", "2"],
    );
    deepEqual(await rig.storage.get(0, []), []);
  }),

  contractCase("lets the last change of a key win, within a commit too", async (rig) => {
    await rig.storage.commit([
      put(0, "a", "1"),
      put(0, "a", "2"),
      remove(0, "b"),
      put(0, "b", "3"),
    ]);
    await rig.storage.commit([put(0, "c", "4"), remove(0, "c"), remove(0, "nothing")]);
    equal(await rig.text(0, "a"), "2");
    equal(await rig.text(0, "b"), "3");
    equal(await rig.text(0, "c"), undefined);
    equal((await rig.range(0)).length, 2);
  }),

  contractCase("takes commits and writes of nothing", async (rig) => {
    await rig.storage.commit([]);
    await rig.storage.write([]);
    await rig.storage.commit([put(0, "a", "1")]);
    equal(await rig.text(0, "a"), "1");
  }),

  contractCase("makes commits and writes take effect in the order of the calls", async (rig) => {
    const done: number[] = [];
    const calls = Array.from({ length: 500 }, async (_, number) => {
      const changes = [put(0, "last", `${number}`), put(1, `${number % 7}`, `${number}`)];
      await (number % 5 === 0 ? rig.storage.write(changes) : rig.storage.commit(changes));
      // Whatever was called before is there too.
      ok(Number(await rig.text(0, "last")) >= number);
      done.push(number);
    });
    await Promise.all(calls);
    equal(done.length, 500);
    equal(await rig.text(0, "last"), "499");
    for (let rest = 0; rest < 7; rest++) {
      const last = Array.from({ length: 7 }, (_, back) => 499 - back).find((n) => n % 7 === rest);
      equal(await rig.text(1, `${rest}`), `${last}`);
    }
  }),

  contractCase("shows all of a commit or nothing, while others are under way", async (rig) => {
    await rig.storage.commit(step(0));
    let isDone = false;
    const commits = (async () => {
      for (let number = 1; number <= 300; number++) {
        await (number % 10 === 0
          ? rig.storage.write(step(number))
          : rig.storage.commit(step(number)));
      }
      isDone = true;
    })();
    let reads = 0;
    for (let last = 0; !isDone || last < 300; reads++) {
      const seen = reads % 2 === 0 ? await seenByRange(rig) : await seenByGet(rig);
      deepEqual(new Set(seen).size, 1, `all of one commit, not ${seen}`);
      ok(seen[0]! >= last, `no older than the last read: ${seen[0]} after ${last}`);
      last = seen[0]!;
      // Reads may take no turn of the event loop at all.
      await new Promise(setImmediate);
    }
    await commits;
  }),

  contractCase("refuses what can never be written, and goes on", async (rig) => {
    const { maxKeyBytes } = rig.storage;
    const bad: Change[] = [
      { table: 0, key: new Uint8Array(0), value: bytes("x") },
      { table: 0, key: new Uint8Array(maxKeyBytes + 1), value: bytes("x") },
      { table: 99, key: bytes("x"), value: bytes("x") },
    ];
    for (const change of bad) {
      const refused = { name: "SluiceError", code: "storage_failed" };
      await rejects(async () => rig.storage.commit([put(0, "half", "x"), change]), refused);
      await rejects(async () => rig.storage.write([put(0, "half", "x"), change]), refused);
    }
    await rig.storage.commit([put(0, "a", "1")]);
    equal(await rig.text(0, "half"), undefined);
    equal(await rig.text(0, "a"), "1");
  }),

  contractCase("flushes what was written, while more is", async (rig) => {
    await rig.storage.flush();
    for (let number = 0; number < 20; number++) {
      await rig.storage.write([put(0, `${number}`, "written")]);
      const more = rig.storage.write([put(1, `${number}`, "written")]);
      await rig.storage.flush();
      await more;
    }
    await rig.storage.flush();
    equal((await rig.range(0)).length, 20);
    equal((await rig.range(1)).length, 20);
  }),

  contractCase("answers nothing when it is closed", async (rig) => {
    const { storage } = rig;
    await storage.close();
    await storage.close();
    const isClosed = (error: unknown) =>
      error instanceof SluiceError && error.code === "storage_failed";
    await rejects(async () => storage.get(0, [bytes("a")]), isClosed);
    await rejects(async () => rig.range(0), isClosed);
    await rejects(async () => storage.commit([put(0, "a", "1")]), isClosed);
    await rejects(async () => storage.write([put(0, "a", "1")]), isClosed);
    await rejects(async () => storage.flush(), isClosed);
    await rejects(async () => storage.sizeBytes(), isClosed);
  }),
];

/** The same number under many keys of two tables. */
function step(number: number): Change[] {
  return Array.from({ length: 20 }, (_, key) => put(key % 2, `key ${key}`, `${number}`));
}

async function seenByRange(rig: Rig): Promise<number[]> {
  return (await rig.range(0)).map(({ value }) => Number(text(value)));
}

async function seenByGet(rig: Rig): Promise<number[]> {
  const keys = Array.from({ length: 10 }, (_, key) => bytes(`key ${2 * key + 1}`));
  return (await rig.storage.get(1, keys)).map((value) => Number(text(value!)));
}
