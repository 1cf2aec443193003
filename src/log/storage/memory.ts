import { MemoryStorage } from "./memory-storage.js";
import type { Storage } from "./storage.js";

/** Keeps a log in memory, until the process ends. */
export function memory(): Storage {
  return new MemoryStorage();
}
