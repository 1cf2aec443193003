import { describe, test } from "vitest";
import { storageContract } from "../../../src/testing/storage-contract/storage-contract.js";
import { lmdbPlace, memoryPlace } from "./places.js";

const never = 2 ** 30;

describe.each([
  ["memory", memoryPlace],
  ["lmdb", () => lmdbPlace({ writeAhead: false })],
  ["lmdb behind a write-ahead log", () => lmdbPlace()],
  [
    "lmdb behind a write-ahead log, applied at once from small segments",
    () => lmdbPlace({ writeAhead: { applyAfterMs: 0, maxUnapplied: 8, segmentBytes: 65_536 } }),
  ],
  [
    "lmdb behind a write-ahead log, applied when it closes",
    () => lmdbPlace({ writeAhead: { applyAfterMs: never, maxUnapplied: never } }),
  ],
])("%s", (_, makePlace) => {
  test.each(storageContract)("$name", ({ run }) => run(makePlace));
});
