import { once } from "node:events";
import { createConnection } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ClientSocket } from "../server/client-socket.js";
import { field, frame, frameType, preface, settings, settingsAck } from "../server/h2-frames.js";
import { envelope, envelopePrefix } from "../support/frames.js";
import { rawHttp2 } from "../support/raw-http2.js";
import { turns } from "../support/signals.js";
import { Lifecycle } from "./lifecycle.js";
import { probePath } from "./probe.js";
import { WireRig } from "./rig.js";

const warnings: Error[] = [];
const note = (warning: Error) => warnings.push(warning);
beforeAll(() => {
  process.on("warning", note);
});
afterAll(() => {
  process.off("warning", note);
  // Node takes many listeners on one signal for a leak, and says so.
  expect(warnings).toEqual([]);
});

const headers = { "content-type": "application/grpc+json" };
const streams = 10_000;
const permitted = 1_000;

test("10,000 streams at once: as many run as may, and all are released", {
  timeout: 60_000,
}, async () => {
  const lifecycle = new Lifecycle();
  await using rig = await WireRig.start({ services: [lifecycle] });
  const { journal } = lifecycle;
  const greedy = rawHttp2(rig.server.url);
  await once(greedy.session, "remoteSettings");
  const calls = Array.from({ length: streams }, () =>
    greedy.open({ path: probePath("Wait"), headers }),
  );
  for (const call of calls) {
    void call.send(envelope("{}")).catch(() => {});
    call.finish();
  }
  await journal.until("wait started", permitted);
  await turns(20);
  expect(journal.count("wait started")).toBe(permitted);
  await rig.expectServing();

  // Each that leaves makes room for another.
  for (const call of calls.slice(0, 50)) call.leave();
  await journal.until("wait released", 50);
  await journal.until("wait started", permitted + 50);

  greedy.session.destroy();
  // Those that were waiting may still get in, for a moment.
  await vi.waitFor(() => {
    expect(journal.count("wait aborted")).toBe(journal.count("wait started"));
    expect(journal.count("wait released")).toBe(journal.count("wait started"));
  }, 10_000);
  await rig.expectServing();
  expect(rig.reported).toEqual([]);
});

test("a client that ignores the limit loses its connection", async () => {
  const lifecycle = new Lifecycle();
  await using rig = await WireRig.start({ services: [lifecycle] });
  const raw = createConnection(rig.server.port, rig.server.host);
  const socket = new ClientSocket(raw, Buffer.concat([preface, settings(), settingsAck]));
  const block = Buffer.concat([
    Buffer.of(0x80 | 3, 0x80 | 6), // :method POST, :scheme http
    field(":path", probePath("Wait")),
    field(":authority", "test"),
    field("content-type", headers["content-type"]),
  ]);
  const endStream = 1;
  const endHeaders = 4;
  const body = envelope("{}");
  let sent = 0;
  for (; sent < streams && !raw.closed; sent++) {
    const id = 2 * sent + 1;
    const request = Buffer.concat([
      frame(frameType.headers, endHeaders, id, block),
      frame(frameType.data, endStream, id, body),
    ]);
    if (!raw.write(request)) await Promise.race([once(raw, "drain"), socket.closed]);
  }
  await socket.closed;
  expect(lifecycle.journal.count("wait started")).toBeLessThanOrEqual(permitted);
  const started = lifecycle.journal.count("wait started");
  await lifecycle.journal.until("wait released", started);
  await rig.expectServing();
  expect(rig.reported).toEqual([]);
});

test("a thousand requests that promise 4 MiB and send nothing cost next to no memory", async () => {
  await using rig = await WireRig.start();
  const client = rawHttp2(rig.server.url);
  const before = process.memoryUsage.rss();
  const calls = Array.from({ length: 900 }, () =>
    client.open({ path: probePath("Echo"), headers }),
  );
  await Promise.all(calls.map((call) => call.send(envelopePrefix(4 * 1024 * 1024))));
  // Answered on the same connection, so what came before has been read.
  const { status } = await client.ask({ path: probePath("Echo"), headers, body: envelope("{}") });
  expect(status).toBe(200);
  const grown = process.memoryUsage.rss() - before;
  expect(grown).toBeLessThan(400e6);
  client.session.destroy();
  await rig.expectServing();
});

test("streams opened and reset at once leave nothing behind", async () => {
  const lifecycle = new Lifecycle();
  await using rig = await WireRig.start({ services: [lifecycle] });
  const client = rawHttp2(rig.server.url);
  for (let n = 0; n < 900; n++) {
    const call = client.open({ path: probePath("Wait"), headers });
    void call.send(envelope("{}")).catch(() => {});
    call.finish();
    call.leave();
  }
  const { status } = await client.ask({ path: probePath("Echo"), headers, body: envelope("{}") });
  expect(status).toBe(200);
  const { journal } = lifecycle;
  await vi.waitFor(() => {
    expect(journal.count("wait aborted")).toBe(journal.count("wait started"));
    expect(journal.count("wait released")).toBe(journal.count("wait started"));
  });
  client.session.destroy();
  expect(rig.reported).toEqual([]);
});
