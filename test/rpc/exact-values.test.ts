import { describe, expect, test } from "vitest";
import { App, type AppOptions, action, map, repeated, service } from "../../src/index.js";
import { createTestRig, rigProtocols } from "../../src/testing/index.js";
import { Probe, probePath, Thing, thing } from "./probe.js";
import { cellsOf, WireRig } from "./rig.js";

describe.each(rigProtocols)("%s", (protocol) => {
  test("64-bit integers beyond 2^53 are exact", async () => {
    await using rig = await createTestRig({ services: [new Probe()], protocol });
    const client = rig.client(Probe);
    for (const big of [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 0n]) {
      expect((await client.echo(thing({ big }))).big).toBe(big);
    }
  });

  test("numbers that are no finite ones arrive as they are", async () => {
    await using rig = await createTestRig({ services: [new Probe()], protocol });
    const client = rig.client(Probe);
    for (const ratio of [Number.NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE]) {
      expect((await client.echo(thing({ ratio }))).ratio).toBe(ratio);
    }
    // @bufbuild/protobuf leaves numbers to JSON.stringify, which has only one zero.
    const zero = protocol.includes("json") ? 0 : -0;
    expect((await client.echo(thing({ ratio: -0 }))).ratio).toBe(zero);
  });

  test("text of any script, NUL included", async () => {
    await using rig = await createTestRig({ services: [new Probe()], protocol });
    const text = "größer 漢字 🚀 \u0000 \ufeff \u2028 \ufffd";
    expect((await rig.client(Probe).echo(thing({ text }))).text).toBe(text);
  });

  test("bytes of every value", async () => {
    await using rig = await createTestRig({ services: [new Probe()], protocol });
    const blob = Uint8Array.from({ length: 256 }, (_, n) => n);
    expect((await rig.client(Probe).echo(thing({ blob }))).blob).toEqual(blob);
  });

  test("map keys that JavaScript objects have a use for", async () => {
    await using rig = await createTestRig({ services: [new Probe()], protocol });
    const tags = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c","":"d","1":"e"}');
    const answer = await rig.client(Probe).echo(thing({ tags }));
    expect(Object.entries(answer.tags).sort()).toEqual(Object.entries(tags).sort());
    expect(Object.getPrototypeOf(answer.tags)).toBe(Object.prototype);
  });
});

test("__proto__ in JSON is a key like any other, and pollutes nothing", async () => {
  const seen: Thing[] = [];
  @service({ name: "ProbeService", package: "probe.v1" })
  class Watching {
    @action({ request: Thing, response: Thing })
    echo(request: Thing) {
      seen.push(request);
      return request;
    }
  }
  await using rig = await WireRig.start({ services: [new Watching()] });
  const json =
    '{"__proto__":{"text":"evil","polluted":true},"constructor":{"prototype":{"polluted":true}},' +
    '"tags":{"__proto__":"mine"},"things":{"__proto__":{"text":"also mine"}}}';
  const cells = cellsOf("Echo").filter(({ codec }) => codec === "json");
  for (const cell of cells) {
    const { code, messages } = await rig.ask(cell, { messages: [json] });
    expect([code, ...messages.map(String)]).toEqual([
      "ok",
      '{"tags":{"__proto__":"mine"},"things":{"__proto__":{"text":"also mine"}}}',
    ]);
  }
  expect(seen).toHaveLength(cells.length);
  for (const request of seen) {
    expect(request).toBeInstanceOf(Thing);
    expect(Object.getPrototypeOf(request)).toBe(Thing.prototype);
    expect(request.text).toBe("");
    expect(Object.keys(request.tags)).toEqual(["__proto__"]);
  }
  expect("polluted" in {}).toBe(false);
});

describe("what a response cannot hold is named", () => {
  @service({ name: "ProbeService", package: "probe.v1" })
  class Odd {
    constructor(readonly answer: unknown) {}

    @action({ response: Thing })
    odd() {
      return this.answer as Thing;
    }

    @action({ response: repeated("string") })
    texts() {
      return this.answer as string[];
    }

    @action({ response: map("int32", "string") })
    numbered() {
      return this.answer as Record<number, string>;
    }
  }

  async function answerTo(rpc: string, answer: unknown, options?: Partial<AppOptions>) {
    const reported: unknown[] = [];
    const app = new App({
      name: "odd",
      services: [new Odd(answer)],
      onError: (error) => reported.push(error),
      ...options,
    });
    await app.finalize();
    const response = await app.fetchHandler()(
      new Request(`http://test${probePath(rpc)}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      }),
    );
    const { code, message, details } = (await response.json()) as {
      code: string;
      message: string;
      details: { debug: { violations: unknown[] } }[];
    };
    await app.close();
    return { code, message, violations: details?.[0]?.debug.violations, reported };
  }

  test.each([
    [
      "half a surrogate pair",
      { text: "\ud800" },
      "Thing.text",
      "expected well-formed string, got string",
    ],
    [
      "half a pair deep inside",
      { inner: { list: ["fine", "\udfff"] } },
      "Thing.inner.list[1]",
      "expected well-formed string, got string",
    ],
    [
      "a 64-bit integer as a number",
      { big: 1 },
      "Thing.big",
      "expected 64-bit integer as bigint, got number 1",
    ],
    [
      "one out of range",
      { big: 2n ** 63n },
      "Thing.big",
      "expected 64-bit integer as bigint, got bigint 9223372036854775808",
    ],
    ["a fraction", { count: 1.5 }, "Thing.count", "expected 32-bit integer, got number 1.5"],
    ["a text for bytes", { blob: "x" }, "Thing.blob", "expected Uint8Array, got string"],
    [
      "a Map",
      { tags: new Map() },
      "Thing.tags",
      "expected object with a property for each entry, got Map",
    ],
    [
      "an impossible time",
      { at: new Date(Number.NaN) },
      "Thing.at",
      "expected Date between the years 1 and 9999, got Date",
    ],
    ["nothing", null, "Thing", "expected Thing, got null"],
    ["a list", [], "Thing", "expected Thing, got array"],
  ])("%s", async (_, answer, field, description) => {
    const result = await answerTo("Odd", answer);
    expect(result).toMatchObject({
      code: "internal",
      message: `${field}: ${description}`,
      violations: [{ field, description }],
    });
    // The app's mistake, so it is told, too.
    expect(result.reported).toMatchObject([{ code: "message_invalid" }]);
  });

  test("a map key that is none, even if it is no text either", async () => {
    expect(await answerTo("Numbered", { "1": "fine", one: "" })).toMatchObject({
      violations: [{ field: "NumberedResponse.values.one", description: "the key is no int32" }],
    });
    expect(await answerTo("Odd", { tags: { "\ud800": "" } })).toMatchObject({
      message: "Thing.tags.\ufffd: the key is no string",
    });
  });

  test("all at once", async () => {
    const { message, violations } = await answerTo("Odd", { text: 1, count: "1", list: {} });
    expect(violations).toHaveLength(3);
    expect(message).toBe(
      "Thing.text: expected well-formed string, got number 1; " +
        "Thing.count: expected 32-bit integer, got string; " +
        "Thing.list: expected array, got Object",
    );
  });

  test("but no more than a trailer can carry", async () => {
    const { message, violations } = await answerTo("Texts", Array(1_000).fill(5));
    expect(violations).toHaveLength(20);
    expect(message).toMatch(/^TextsResponse\.values\[0\]: .*; and 980 more$/);
  });

  test("long keys and numbers are cut off", async () => {
    const key = "k".repeat(10_000);
    const { violations } = await answerTo("Odd", { tags: { [key]: 1 }, big: 10n ** 5_000n });
    for (const violation of violations as { field: string; description: string }[]) {
      expect(violation.field.length + violation.description.length).toBeLessThan(200);
    }
  });

  test("a value that contains itself is a mistake, not the end", async () => {
    const loop: { inner?: unknown } = {};
    loop.inner = loop;
    const { code, message, reported } = await answerTo("Odd", loop);
    expect([code, message]).toEqual(["internal", "internal error"]);
    expect(String(reported[0])).toBe("RangeError: Maximum call stack size exceeded");
  });
});
