/**
 * Prints, as JSON, the bytes of memory which `TypeTree` needs for each of many types, by their
 * shape. The segments come from bytes, as they do from a network: none share a string.
 *
 *     node --expose-gc --import tsx test/log/model/type-tree-memory.ts 1000000
 */
import { TypeTree } from "../../../src/log/model/type-tree.js";

const count = Number(process.argv[2] ?? 1_000_000);

const shapes: Record<string, (i: number) => string> = {
  "all below one": (i) => `plant/sensor${i}`,
  "a thousand below each": (i) => `plant${Math.floor(i / 1e6)}/line${i % 1_000}/tag${i}`,
  "four below each": (i) => `plant/sensor${i >> 2}/value${i & 3}`,
  "a chain for each": (i) => `plant/sensor${i}/temperature`,
};

function used(): number {
  global.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function fill(textOf: (i: number) => string): TypeTree {
  const tree = new TypeTree();
  for (let i = 0; i < count; i++) {
    const segments = textOf(i).split("/");
    tree.add(segments.map((segment) => Buffer.from(segment).toString("utf8")));
  }
  return tree;
}

const bytesPerType: Record<string, number> = {};
const kept: TypeTree[] = [];
for (const [shape, textOf] of Object.entries(shapes)) {
  const before = used();
  // Kept to the end, or what the last one had would count against this one.
  kept.push(fill(textOf));
  bytesPerType[shape] = Math.round((used() - before) / count);
}
if (kept.some(({ size }) => size !== count)) throw new Error("not all types are different");
console.log(JSON.stringify(bytesPerType));
