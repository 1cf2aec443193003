/**
 * What it costs to give every subscriber every published message, of about 100 bytes.
 *
 * A turn is one callback of the server's event loop, in which it publishes one message or a burst
 * of ten. It publishes turn after turn, ahead of what the load has confirmed by a few turns at most:
 * the server always has work, and no system gains by leaving more of it undelivered than another.
 * The rate counts deliveries as the subscribers have them, checked.
 *
 * The window is a few turns where turns are long and more where they are short: a load that has to
 * wait 20 ms for a core must not stop the server.
 *
 * No system may lose a message. Sluice's topic is "fifo" therefore; the others queue without limit.
 * The bare servers write the same framed bytes to every response: the yardstick, not the limit, for
 * they write every message of a burst by itself.
 */
import { type Bar, type Bench, type Case, measured, type System } from "../lib/definition.js";
import type { Protocol } from "../lib/fan-out/audience.js";
import type { Wire } from "../lib/fan-out/cycle.js";
import { envelope } from "../lib/fan-out/envelope.js";
import type { Http2Options } from "../lib/fan-out/http2.js";
import type { Subscribe } from "../lib/fan-out/transport.js";
import type { LoadSpec } from "../lib/load.js";
import { fanOut } from "./load/fan-out.js";
import { memory } from "./load/memory.js";
import { ticksPath } from "./tick.js";
import { enveloped, json, socketIo, trpcEvents } from "./wire.js";

const bare = "bare node";
const connectNode = "connect-node";
const grpcJs = "grpc-js";
const sluice = "sluice";
const ws = "ws";
const socketIO = "socket.io";
const trpc = "tRPC SSE";

const post = (headers: Record<string, string>): Subscribe => ({
  method: "POST",
  path: ticksPath,
  headers,
  body: envelope(new Uint8Array()),
});
const connectCall = post({
  "content-type": "application/connect+proto",
  "connect-protocol-version": "1",
});
const grpcCall = post({ "content-type": "application/grpc+proto", te: "trailers" });

const server = (name: string, args: readonly string[] = [], execArgv?: readonly string[]) => ({
  module: new URL(`./servers/${name}.js`, import.meta.url),
  args,
  execArgv,
});

/** Sluice's default limit is 1,000 streams for each connection; this stays well below. */
export const connectionsFor = (subscribers: number) => (subscribers > 1000 ? 10 : 4);

function overHttp2(
  subscribe: Subscribe,
  connections: number,
  streamWindow?: number,
): Http2Options & Protocol {
  return { name: "http2", subscribe, connections, streamWindow };
}

export interface Shape {
  readonly subscribers: number;
  readonly perTurn: number;
  readonly window: number;
}

/** One message in each turn. */
export const thousandSubscribers: Shape = { subscribers: 1000, perTurn: 1, window: 16 };

function http2Load(shape: Shape, subscribe: Subscribe): LoadSpec {
  return fanOut({
    ...shape,
    protocol: overHttp2(subscribe, connectionsFor(shape.subscribers)),
    wire: enveloped,
  });
}

/** Sluice with subscribers over HTTP/2, none of whom misses anything. */
export function sluiceOverHttp2(shape: Shape): System {
  return { name: sluice, server: server("sluice", ["fifo"]), load: http2Load(shape, connectCall) };
}

function http2Case(name: string, shape: Shape, bars: Bar[]): Case {
  const load = (subscribe: Subscribe) => http2Load(shape, subscribe);
  return {
    name,
    systems: [
      { name: bare, server: server("bare", ["h2"]), load: load(connectCall) },
      { name: connectNode, server: server("connect-node", ["h2"]), load: load(connectCall) },
      { name: grpcJs, server: server("grpc-js"), load: load(grpcCall) },
      sluiceOverHttp2(shape),
    ],
    references: [bare, connectNode, grpcJs],
    bars,
  };
}

function http1Case(name: string, shape: Shape, bars: Bar[]): Case {
  const load = (protocol: Protocol, wire: Wire) => fanOut({ ...shape, protocol, wire });
  const connect = load({ name: "http1", subscribe: connectCall }, enveloped);
  const webSocket = (path: string, isSocketIo: boolean): Protocol => ({
    name: "websocket",
    path,
    socketIo: isSocketIo,
  });
  const eventSource: Subscribe = {
    method: "GET",
    path: "/ticks",
    headers: { accept: "text/event-stream" },
  };
  return {
    name,
    systems: [
      { name: bare, server: server("bare", ["h1"]), load: connect },
      { name: connectNode, server: server("connect-node", ["h1"]), load: connect },
      { name: ws, server: server("ws"), load: load(webSocket("/", false), json) },
      {
        name: socketIO,
        server: server("socket-io"),
        load: load(webSocket("/socket.io/?EIO=4&transport=websocket", true), socketIo),
      },
      {
        name: trpc,
        server: server("trpc"),
        load: load({ name: "http1", subscribe: eventSource }, trpcEvents),
      },
      { name: sluice, server: server("sluice", ["fifo"]), load: connect },
    ],
    references: [bare, connectNode, ws],
    bars,
  };
}

function memoryCase(name: string, subscribers: number): Case {
  const system = (system: string, module: string, args: string[], subscribe: Subscribe) => ({
    name: system,
    server: server(module, args, ["--expose-gc"]),
    load: memory({
      protocol: overHttp2(subscribe, connectionsFor(subscribers)),
      wire: enveloped,
      subscribers,
    }),
  });
  return {
    name,
    systems: [
      system(connectNode, "connect-node", ["h2"], connectCall),
      system(grpcJs, "grpc-js", [], grpcCall),
      system(sluice, "sluice", ["fifo"], connectCall),
    ],
    references: [connectNode, grpcJs],
    metric: measured("residentBytes", "B/subscriber"),
    // A process that had subscribers before has room left for the next ones.
    fresh: true,
    bars: [{ system: sluice, atMost: 13 * 1024 }],
  };
}

/** What one subscriber who does not read costs the others. Policy "latest": it alone loses. */
function oneStuck(): Case {
  const oneMore = "sluice, one stuck";
  const readers = {
    protocol: overHttp2(connectCall, connectionsFor(999)),
    wire: enveloped,
    subscribers: 999,
    window: 16,
  };
  // One message, and half of the next.
  const streamWindow = 150;
  const stuck = {
    protocol: overHttp2(connectCall, 1, streamWindow),
    wire: enveloped,
    subscribers: 1,
    streamWindow,
    // The server's queueSize of 512.
    maxQueuedBytes: 512 * 100,
  };
  const system = (name: string, load: System["load"]) => ({
    name,
    server: server("sluice", ["latest"], ["--expose-gc"]),
    load,
  });
  return {
    name: "one-stuck",
    systems: [
      system(sluice, fanOut({ ...readers, stuck, stuckAfterwards: true })),
      system(oneMore, fanOut({ ...readers, stuck })),
    ],
    references: [sluice],
    bars: [{ system: oneMore, vs: sluice, atLeast: 0.95 }],
  };
}

const single: Bar[] = [
  { system: sluice, vs: connectNode, atLeast: 30 },
  { system: sluice, vs: grpcJs, atLeast: 1.8 },
];
const burst: Bar[] = [{ system: sluice, vs: connectNode, atLeast: 150 }];

export default {
  cases: [
    http2Case("h2-1000", thousandSubscribers, single),
    http2Case("h2-5000", { subscribers: 5000, perTurn: 1, window: 8 }, single),
    http2Case("h2-1000-burst", { subscribers: 1000, perTurn: 10, window: 8 }, burst),
    http2Case("h2-5000-burst", { subscribers: 5000, perTurn: 10, window: 4 }, burst),
    http1Case("h1-100", { subscribers: 100, perTurn: 1, window: 32 }, [
      { system: sluice, vs: connectNode, atLeast: 2.2 },
      { system: sluice, vs: ws, atLeast: 0.9 },
    ]),
    http1Case("h1-100-burst", { subscribers: 100, perTurn: 10, window: 32 }, [
      { system: sluice, vs: connectNode, atLeast: 11 },
      { system: sluice, vs: ws, atLeast: 5 },
    ]),
    memoryCase("memory-1000", 1000),
    memoryCase("memory-5000", 5000),
    oneStuck(),
  ],
} satisfies Bench;
