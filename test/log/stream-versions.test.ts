import fc from "fast-check";
import { expect, test } from "vitest";
import { StreamVersions } from "../../src/log/append/stream-versions.js";
import { propertyOptions } from "../support/property-options.js";

const key = fc.integer({ min: 0, max: 11 }).map((number) => `s${number}`);

const step = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), keys: fc.array(key, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("abandon" as const), keys: fc.array(key, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("commit" as const), share: fc.double({ min: 0, max: 1 }) }),
);

test("where streams end is right, whatever is forgotten", () => {
  let forgotten = 0;
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 200, size: "max" }),
      fc.integer({ min: 1, max: 6 }),
      (steps, max) => {
        const versions = new StreamVersions(max);
        const written = new Map<string, number>();
        /** What the index knows, and the positions of what it does not know yet. */
        const indexed = new Map<string, number>();
        const underWay: { position: number; keys: string[] }[] = [];
        let position = 0;
        for (const each of steps) {
          if (each.kind === "commit") {
            const count = Math.round(each.share * underWay.length);
            for (const { position, keys } of underWay.splice(0, count)) {
              for (const streamKey of keys) {
                indexed.set(streamKey, (indexed.get(streamKey) ?? 0) + 1);
              }
              versions.committed(position);
            }
            continue;
          }
          for (const streamKey of each.keys) {
            const known = versions.get(streamKey);
            if (known === undefined && written.has(streamKey)) forgotten++;
            const end = known ?? versions.add(streamKey, indexed.get(streamKey) ?? 0);
            expect(end.version).toBe(written.get(streamKey) ?? 0);
          }
          if (each.kind === "abandon") continue;
          position++;
          for (const streamKey of each.keys) {
            const end = versions.get(streamKey)!;
            end.advance(end.version + 1, position);
            written.set(streamKey, end.version);
          }
          versions.written(position);
          underWay.push({ position, keys: each.keys });
        }
      },
    ),
    propertyOptions(500),
  );
  // Else this would prove nothing.
  expect(forgotten).toBeGreaterThan(100);
});
