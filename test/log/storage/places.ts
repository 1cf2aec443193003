import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LmdbOptions, lmdb } from "../../../src/log/storage/lmdb.js";
import { memory } from "../../../src/log/storage/memory.js";
import type { StoragePlace } from "../../../src/testing/storage-contract/contract.js";

/** A directory that goes away with its test. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "sluice-storage-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export async function lmdbPlace(options?: LmdbOptions): Promise<StoragePlace> {
  const directory = await temporaryDirectory();
  return {
    storage: () => lmdb(directory.path, options),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

export function memoryPlace(): StoragePlace {
  const storage = memory();
  return { storage: () => storage, async [Symbol.asyncDispose]() {} };
}
