import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** `fs.write()` with a callback, as the write-ahead log calls it. */
export type Write = (
  fd: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
  callback: (error: Error | null, written: number) => void,
) => void;

/** Puts something between a storage and its disk, until it is disposed of. */
export function replaceWrite(
  replacement: (write: Write, ...args: Parameters<Write>) => void,
): Disposable {
  const original = fs.write;
  fs.write = ((...args: Parameters<Write>) =>
    replacement(original as Write, ...args)) as typeof fs.write;
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]() {
      fs.write = original;
      syncBuiltinESMExports();
    },
  };
}
