import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, vi } from "vitest";
import { dataVariable } from "../../bench/lib/data.js";

/** Gives the loads of a test file a place for their data, as the bench's own process does. */
export function useBenchData(): void {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "bench-data-"));
    vi.stubEnv(dataVariable, root);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true, force: true });
  });
}
