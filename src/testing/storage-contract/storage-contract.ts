import { commitCases } from "./commits.js";
import type { StorageContractCase } from "./contract.js";
import { lifetimeCases } from "./lifetimes.js";
import { modelCase } from "./model.js";
import { orderCases } from "./order.js";
import { sizeCases } from "./sizes.js";

/**
 * All that a `Storage` promises, as tests for any runner:
 *
 * ```ts
 * test.each(storageContract)("$name", ({ run }) => run(() => new MyPlace()));
 * ```
 *
 * One of them draws random operations; when it fails it tells the `STORAGE_SEED` that repeats them.
 * What only a crash or a full disk shows is not among them.
 */
export const storageContract: readonly StorageContractCase[] = [
  ...orderCases,
  ...commitCases,
  ...sizeCases,
  ...lifetimeCases,
  modelCase,
];
