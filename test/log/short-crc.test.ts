import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shortCrc } from "../../src/log/short-crc.js";
import { propertyOptions } from "../support/property-options.js";

test("is the CRC-32 that zlib computes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(shortCrc(bytes)).toBe(crc32(bytes));
    }),
    propertyOptions(500),
  );
});
