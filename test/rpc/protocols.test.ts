import { describe, expect, test } from "vitest";
import { cellsOf, WireRig } from "./rig.js";

const cells = cellsOf("Echo", "Repeat");

describe("a protocol that is turned off is not served", () => {
  test.each([
    [{ grpc: false }, ["grpc"]],
    [{ grpcWeb: false }, ["grpc-web"]],
    [{ connect: false }, ["connect"]],
    [{ grpc: false, grpcWeb: false }, ["grpc", "grpc-web"]],
  ])("%j", async (options, off) => {
    await using rig = await WireRig.start(options);
    for (const cell of cells) {
      const { code } = await rig.ask(cell, { messages: [cell.codec === "json" ? "{}" : ""] });
      expect(code, cell.name).toBe(off.includes(cell.protocol) ? "HTTP 415" : "ok");
    }
  });
});
