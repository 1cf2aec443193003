import { describe, test } from "vitest";
import { logContract } from "../../src/testing/log-contract/log-contract.js";
import { logOnStorage } from "../../src/testing/log-contract/places.js";
import type { MakeStoragePlace } from "../../src/testing/storage-contract/contract.js";
import { LateStorage } from "./late-storage.js";
import { lmdbPlace, memoryPlace } from "./storage/places.js";

const late = (): ReturnType<MakeStoragePlace> => {
  const storage = new LateStorage(3);
  return { storage: () => storage, async [Symbol.asyncDispose]() {} };
};

describe.each<[string, MakeStoragePlace]>([
  ["memory", memoryPlace],
  ["a storage that answers late", late],
  ["lmdb", () => lmdbPlace({ writeAhead: false })],
  ["lmdb behind a write-ahead log", () => lmdbPlace()],
])("a log on %s", (_, makePlace) => {
  test.each(logContract)("$name", ({ run }) => run(logOnStorage(makePlace)));
});
