import zlib from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { probePath } from "./probe.js";
import { WireRig } from "./rig.js";

let rig: WireRig;
beforeAll(async () => {
  rig = await WireRig.start();
});
afterEach(async () => {
  await rig.expectServing();
  expect(rig.reported).toEqual([]);
});
afterAll(() => rig[Symbol.asyncDispose]());

/** The answers to a GET over both HTTP versions, which must agree. */
async function get(query: string, headers?: Record<string, string>, rpc = "Peek") {
  const path = probePath(rpc) + query;
  const answers = [];
  for (const http of ["h1", "h2"] as const) {
    const {
      status,
      headers: received,
      body,
    } = await rig.client(http).ask({
      method: "GET",
      path,
      headers,
    });
    answers.push({ status, type: received["content-type"], body: body.toString() });
  }
  expect(answers[1]).toEqual(answers[0]);
  return answers[0]!;
}

const url64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");
const json = (text: string) => encodeURIComponent(text);

describe("idempotent actions", () => {
  test.each([
    ["JSON", `?connect=v1&encoding=json&message=${json('{"text":"hi"}')}`],
    ["JSON in base64", `?connect=v1&encoding=json&base64=1&message=${url64('{"text":"hi"}')}`],
    ["parameters in any order", `?message=${json('{"text":"hi"}')}&encoding=json&connect=v1`],
    ["parameters nobody knows", `?encoding=json&message=${json('{"text":"hi"}')}&utm=1`],
    ["no version", `?encoding=json&message=${json('{"text":"hi"}')}`],
    [
      "a parameter twice: the first counts",
      `?encoding=json&message=${json('{"text":"hi"}')}&message=x`,
    ],
    [
      "gzip",
      `?encoding=json&base64=1&compression=gzip&message=${url64(zlib.gzipSync('{"text":"hi"}'))}`,
    ],
  ])("answer GET: %s", async (_, query) => {
    expect(await get(query)).toEqual({
      status: 200,
      type: "application/json",
      body: '{"text":"hi"}',
    });
  });

  test("answer GET in binary", async () => {
    const bytes = Uint8Array.of(10, 2, ...Buffer.from("hi"));
    expect(await get(`?encoding=proto&base64=1&message=${url64(bytes)}`)).toEqual({
      status: 200,
      type: "application/proto",
      body: Buffer.from(bytes).toString(),
    });
  });

  test("answer POST as well", async () => {
    const answer = await rig.client("h1").ask({
      path: probePath("Peek"),
      headers: { "content-type": "application/json" },
      body: '{"text":"hi"}',
    });
    expect([answer.status, answer.body.toString()]).toEqual([200, '{"text":"hi"}']);
  });
});

describe("a bad query", () => {
  test.each(["", "?", "?connect=v1", "?message=%7B%7D", "?encoding=xml&message=%7B%7D"])(
    "%j has no known encoding",
    async (query) => {
      expect(await get(query)).toEqual({ status: 415, type: undefined, body: "" });
    },
  );

  test("JSON cut short is refused", async () => {
    const { status, body } = await get("?encoding=json&message=%7B");
    // Where exactly it ends is told in the words of Node's own parser, which differ with its version.
    expect([status, JSON.parse(body)]).toEqual([
      400,
      {
        code: "invalid_argument",
        message: expect.stringContaining(
          "cannot decode message probe.v1.Thing from JSON: Expected",
        ),
      },
    ]);
  });

  test.each([
    [
      "no message",
      "?encoding=json",
      400,
      "invalid_argument",
      "cannot decode message probe.v1.Thing from JSON: Unexpected end of JSON input",
    ],
    [
      "a field of a wrong type",
      `?encoding=json&message=${json('{"count":"x"}')}`,
      400,
      "invalid_argument",
      'cannot decode field probe.v1.Thing.count from JSON: expected number (int32), got "x"',
    ],
    [
      "an unknown compression",
      "?encoding=json&message=%7B%7D&compression=snappy",
      501,
      "unimplemented",
      'unknown compression "snappy": supported encodings are gzip,br',
    ],
    [
      "no gzip",
      "?encoding=json&message=%7B%7D&compression=gzip",
      400,
      "invalid_argument",
      "decompression failed",
    ],
    [
      "a bomb",
      `?encoding=json&base64=1&compression=br&message=${url64(zlib.brotliCompressSync(Buffer.alloc(5e6)))}`,
      429,
      "resource_exhausted",
      "message is larger than configured readMaxBytes 4194304 after decompression",
    ],
    // As connect-es has it: the text of base64's error is hidden, and so is whose fault it is.
    ["no base64", "?encoding=json&base64=1&message=!", 500, "internal", "internal error"],
  ])("%s is refused", async (_, query, status, code, message) => {
    expect(await get(query)).toEqual({
      status,
      type: "application/json",
      body: JSON.stringify({ code, message }),
    });
  });

  test("a version from the future is not looked at, unless versions are required", async () => {
    const query = "?connect=v2&encoding=json&message=%7B%7D";
    expect((await get(query)).status).toBe(200);
    await using strict = await WireRig.start({ requireConnectProtocolHeader: true });
    const ask = async (query: string) => {
      const answer = await strict
        .client("h1")
        .ask({ method: "GET", path: probePath("Peek") + query });
      return [answer.status, answer.body.toString()];
    };
    const refusal = (message: string) => [
      400,
      JSON.stringify({ code: "invalid_argument", message }),
    ];
    expect(await ask(query)).toEqual(refusal('connect must be "v1": got "v2"'));
    expect(await ask("?encoding=json&message=%7B%7D")).toEqual(
      refusal('missing required parameter: set connect to "v1"'),
    );
    expect(await ask("?connect=v1&encoding=json&message=%7B%7D")).toEqual([200, "{}"]);
  });

  test("longer than 16 KiB is refused", async () => {
    const query = `?encoding=json&message=${"x".repeat(17_000)}`;
    const answer = await rig.client("h1").ask({ method: "GET", path: probePath("Peek") + query });
    expect(answer.status).toBe(431);
  });
});

test("RPCs that are not idempotent are not for GET", async () => {
  for (const rpc of ["Echo", "Repeat", "Collect", "Beat"]) {
    expect(await get("?encoding=json&message=%7B%7D", {}, rpc)).toEqual({
      status: 405,
      type: undefined,
      body: "",
    });
  }
});

test("a query does not disturb a POST", async () => {
  const answer = await rig.client("h2").ask({
    path: `${probePath("Echo")}?encoding=xml&message=nonsense`,
    headers: { "content-type": "application/json" },
    body: '{"text":"hi"}',
  });
  expect([answer.status, answer.body.toString()]).toEqual([200, '{"text":"hi"}']);
});
