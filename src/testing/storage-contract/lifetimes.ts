import { deepEqual, equal, rejects } from "node:assert/strict";
import { contractCase, hex, put, remove } from "./rig.js";

/** What opening and closing mean. */
export const lifetimeCases = [
  contractCase("has everything after opening again, and goes on from there", async (rig) => {
    for (let number = 0; number < 5; number++) {
      await rig.storage.commit([put(0, `${number}`, "committed"), put(1, "last", `${number}`)]);
      await rig.storage.write([put(2, `${number}`, "written"), remove(2, `${number - 1}`)]);
      await rig.reopen();
      equal((await rig.range(0)).length, number + 1);
      equal(await rig.text(1, "last"), `${number}`);
      equal((await rig.range(2)).length, 1);
    }
  }),

  contractCase("waits for what is under way when it closes", async (rig) => {
    let done = 0;
    for (let number = 0; number < 100; number++) {
      const changes = [put(0, `${number}`.padStart(3), "x")];
      const call = number % 3 === 0 ? rig.storage.write(changes) : rig.storage.commit(changes);
      void call.then(() => done++);
    }
    await rig.storage.close();
    equal(done, 100);
    await rig.reopen();
    equal((await rig.range(0)).length, 100);
  }),

  contractCase("is used by one log at a time", async (rig) => {
    await rig.storage.commit([put(0, "a", "1")]);
    await rejects(rig.storage.open(3), { name: "SluiceError", code: "storage_unavailable" });
    await rig.storage.commit([put(0, "b", "2")]);
    deepEqual(hex(await rig.range(0)), ["61=31", "62=32"]);
  }),

  contractCase("can be opened again by the same object", async (rig) => {
    await rig.storage.commit([put(0, "a", "1")]);
    await rig.storage.close();
    await rig.storage.open(3);
    equal(await rig.text(0, "a"), "1");
    await rig.storage.commit([put(0, "a", "2")]);
    equal(await rig.text(0, "a"), "2");
  }),
];
