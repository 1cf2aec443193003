import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { envelope, envelopeFlag, envelopePrefix, takeEnvelopes } from "../support/frames.js";
import { probePath } from "./probe.js";
import { allCells, type Cell, each, envelopedCells, WireRig } from "./rig.js";
import { outcomeOf, requestHeaders } from "./wire.js";

let rig: WireRig;
beforeAll(async () => {
  rig = await WireRig.start();
});
afterEach(async () => {
  await rig.expectServing();
  expect(rig.reported).toEqual([]);
});
afterAll(() => rig[Symbol.asyncDispose]());

const limit = 4 * 1024 * 1024;
const message = ({ codec }: Cell) => (codec === "json" ? '{"count":1}' : Uint8Array.of(16, 1));

describe("a frame", () => {
  test.each([
    ["that promises 10 bytes and has 3", Buffer.concat([envelopePrefix(10), Buffer.from("abc")])],
    ["whose prefix is cut short", envelopePrefix(10).subarray(0, 4)],
  ])("%s is an invalid argument", async (_, body) => {
    const results = await rig.survey(envelopedCells, () => ({ body }));
    expect(results).toEqual(
      each(envelopedCells, "invalid_argument: protocol error: incomplete envelope"),
    );
  });

  // So connect-es has it: it looks at the bytes left over, and here there are none.
  test("with nothing after its prefix does not count", async () => {
    const streams = envelopedCells.filter(({ rpc }) => rpc === "Collect");
    const results = await rig.survey(streams, () => ({ body: envelopePrefix(10) }));
    expect(results).toEqual(each(streams, "ok: "));
    const single = envelopedCells.filter(({ rpc }) => rpc === "Echo");
    expect(await rig.survey(single, () => ({ body: envelopePrefix(10) }))).toEqual(
      each(single, "unimplemented: protocol error: missing input message for unary method"),
    );
  });

  test.each([limit + 1, 0xffff_ffff])("that promises %i bytes is refused unread", async (size) => {
    const results = await rig.survey(envelopedCells, () => ({ body: envelopePrefix(size) }));
    const text = `message size ${size} is larger than configured readMaxBytes ${limit}`;
    expect(results).toEqual(each(envelopedCells, `resource_exhausted: ${text}`));
  });

  test("that is refused is answered before its body has come", async () => {
    // Where HTTP/2 is sent a single message, the answer waits a while for the rest of it.
    const cells = envelopedCells.filter(
      ({ http, rpc }) => http === "h1" || rpc === "Collect" || rpc === "Chat",
    );
    for (const cell of cells) {
      const call = rig.client(cell.http).open({
        path: probePath(cell.rpc),
        headers: requestHeaders(cell, cell.framing),
      });
      await call.send(envelopePrefix(limit + 1));
      const answer = await (await call.answer).rest();
      expect(outcomeOf(cell, cell.framing, answer).code, cell.name).toBe("resource_exhausted");
      call.leave();
      await call.closed;
    }
  });

  test("with flags nobody knows is taken as if it had none, as connect-es does", async () => {
    const cells = envelopedCells.filter(({ rpc }) => rpc !== "Beat");
    const results = await rig.survey(cells, (cell) => ({ body: envelope(message(cell), 0x40) }));
    expect(results).toEqual(each(cells, "ok: "));
  });

  test("flagged as compressed by a compression never named is refused", async () => {
    const results = await rig.survey(envelopedCells, (cell) => ({
      body: envelope(message(cell), envelopeFlag.compressed),
    }));
    const text = "received compressed envelope, but do not know how to decompress";
    expect(results).toEqual(each(envelopedCells, `internal: ${text}`));
  });
});

describe("the number of messages", () => {
  const single = allCells.filter(({ rpc }) => ["Echo", "Repeat", "Beat"].includes(rpc));
  const enveloped = single.filter((cell) => envelopedCells.includes(cell));
  const kind = ({ framing }: Cell) => (framing === "unary" ? "unary" : "server-streaming");

  test("none where one belongs is refused", async () => {
    const results = await rig.survey(enveloped, () => ({ messages: [] }));
    expect(results).toEqual(
      each(
        enveloped,
        (cell) => `unimplemented: protocol error: missing input message for ${kind(cell)} method`,
      ),
    );
  });

  test("two where one belongs are refused", async () => {
    const results = await rig.survey(enveloped, (cell) => ({
      messages: [message(cell), message(cell)],
    }));
    expect(results).toEqual(
      each(
        enveloped,
        (cell) =>
          `unimplemented: protocol error: received extra input message for ${kind(cell)} method`,
      ),
    );
  });

  test("none is a client stream that ends at once", async () => {
    const cells = allCells.filter(({ rpc }) => rpc === "Collect" || rpc === "Chat");
    for (const cell of cells) {
      const { code, messages } = await rig.ask(cell, { messages: [] });
      expect([code, messages.length], cell.name).toEqual(["ok", cell.rpc === "Chat" ? 0 : 1]);
    }
  });
});

test("a client that marks the end of its stream, as only servers do, is served", async () => {
  const cells = allCells.filter(
    ({ protocol, rpc }) => protocol === "connect" && (rpc === "Repeat" || rpc === "Collect"),
  );
  const results = await rig.survey(cells, (cell) => ({
    body: Buffer.concat([envelope(message(cell)), envelope("{}", envelopeFlag.endStream)]),
  }));
  expect(results).toEqual(each(cells, "ok: "));
});

test("frames in pieces of one byte are put together", async () => {
  const cells = envelopedCells.filter(({ rpc }) => rpc === "Repeat");
  for (const cell of cells) {
    const call = rig.client(cell.http).open({
      path: probePath(cell.rpc),
      headers: requestHeaders(cell, cell.framing),
    });
    for (const byte of envelope(message(cell))) await call.send(Uint8Array.of(byte));
    call.finish();
    const answer = await (await call.answer).rest();
    expect(outcomeOf(cell, cell.framing, answer).code, cell.name).toBe("ok");
  }
});

test("what comes after a bidirectional stream's bad message is not looked at", async () => {
  const cells = allCells.filter(({ rpc }) => rpc === "Chat");
  for (const cell of cells) {
    const call = rig.client(cell.http).open({
      path: probePath(cell.rpc),
      headers: requestHeaders(cell, cell.framing),
    });
    await call.send(envelope(message(cell)));
    const answer = await call.answer;
    await call.send(Buffer.concat([envelope("{"), envelope(message(cell))]));
    const whole = await answer.rest();
    const { code } = outcomeOf(cell, cell.framing, whole);
    const expected = cell.codec === "json" ? "invalid_argument" : "internal";
    expect([code, messagesIn(whole.body)], cell.name).toEqual([expected, 1]);
  }
});

function messagesIn(body: Buffer): number {
  return takeEnvelopes(body).envelopes.filter(({ flags }) => flags === 0).length;
}
