import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cellsOf, WireRig } from "./rig.js";
import { requestHeaders } from "./wire.js";

let rig: WireRig;
beforeAll(async () => {
  rig = await WireRig.start();
});
afterAll(() => rig[Symbol.asyncDispose]());

describe.each([
  "/probe.v1.ProbeService/Nope",
  "/probe.v1.Nope/Echo",
  "/probe.v1.ProbeService/echo",
  "/probe.v1.ProbeService/Echo/",
  "//probe.v1.ProbeService/Echo",
  "/probe.v1.ProbeService/%45cho",
  "/__proto__/constructor",
  "/%",
  "/",
])("%s", (path) => {
  const message = `no RPC at ${path}`;

  test.each(cellsOf("Echo", "Repeat"))("$name: unimplemented", async (cell) => {
    const { status, headers, body } = await rig.client(cell.http).ask({
      path,
      headers: requestHeaders(cell, cell.framing),
      body: "{}",
    });
    if (cell.protocol === "connect") {
      expect(status).toBe(404);
      expect(headers["content-type"]).toBe("application/json");
      expect(JSON.parse(body.toString())).toEqual({ code: "unimplemented", message });
    } else {
      expect(status).toBe(200);
      expect(headers["grpc-status"]).toBe("12");
      expect(decodeURIComponent(String(headers["grpc-message"]))).toBe(message);
      expect(headers["content-type"]).toBe(requestHeaders(cell, cell.framing)["content-type"]);
      expect(body.length).toBe(0);
    }
  });

  test.each(["h1", "h2"] as const)("%s: plain words for whoever looks by hand", async (http) => {
    const { status, headers, body } = await rig.client(http).ask({ method: "GET", path });
    expect(status).toBe(404);
    expect(headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(body.toString()).toBe(`${message}\n`);
  });
});

test("connections survive it, unread body or not", async () => {
  const client = rig.client("h2");
  const headers = { "content-type": "application/json" };
  for (let n = 0; n < 20; n++) {
    const { status } = await client.ask({ path: "/nope", headers, body: Buffer.alloc(100_000) });
    expect(status).toBe(404);
  }
  await rig.expectServing();
  expect(rig.reported).toEqual([]);
});

test("the query is not repeated in the answer", async () => {
  const { body } = await rig.client("h1").ask({ method: "GET", path: "/nope?token=secret" });
  expect(body.toString()).toBe("no RPC at /nope\n");
});
