import { expect, test } from "vitest";
import { EventLog } from "../../../src/log/event-log.js";
import { verifyLog } from "../../../src/log/verify/verify-log.js";
import { JournalStorage } from "./journal-storage.js";

test("what is kept is counted right after a crash between writing the index and a removal", async () => {
  const storage = new JournalStorage();
  const retention = [{ types: [["a"]], maxEntries: 10 }];
  const log = await EventLog.open({ storage, retention });
  for (let i = 0; i < 2; i++) {
    await log.append(Array.from({ length: 1_000 }, () => ({ type: ["a"] })));
  }
  const before = storage.steps;
  let release = () => {};
  storage.hold = new Promise((resolve) => {
    release = resolve;
  });
  // So many that the index is written as soon as they are known to be stored; until then, what is
  // to be removed has to wait for its turn.
  const events = Array.from({ length: 9_000 }, () => ({ type: ["b"] }));
  const appended = Promise.all([1, 2, 3, 4].map(() => log.append(events)));
  const cleaning = log.cleanUp();
  for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
  release();
  await appended;
  await cleaning;
  const findings = [];
  for (let step = before; step <= storage.steps; step++) {
    const crashed = await storage.crashed(step / storage.steps, 1);
    findings.push(...(await verifyLog(crashed)).findings);
    // What it goes on with is right, too.
    await (await EventLog.open({ storage: crashed, retention })).close();
    findings.push(...(await verifyLog(crashed)).findings);
  }
  expect(findings).toEqual([]);
  await log.close();
}, 60_000);
