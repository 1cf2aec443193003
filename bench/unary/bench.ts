/**
 * What one unary call costs: 64 requests in flight; small messages, and in one case a nested one.
 *
 * The bare servers parse and print JSON by hand and know no protocol; in the binary and gRPC cases
 * they serve JSON too, as the same yardstick.
 */
import type { Bench, Case, System } from "../lib/definition.js";
import type { LoadSpec } from "../lib/load.js";
import { http1 } from "../lib/loads/http1.js";
import { http2 } from "../lib/loads/http2.js";
import {
  binaryExchanges,
  echoPath,
  grpcExchanges,
  guardedEchoPath,
  jsonExchanges,
  trpcEchoPath,
  trpcExchanges,
} from "./echo.js";
import { callerHeader, servedBy, servedByHeader } from "./guard.js";
import { orderBinaryExchanges, orderJsonExchanges, orderPath } from "./order.js";

/** What differs between the ways of asking. */
const connectProtocol = { "connect-protocol-version": "1" };
const json = {
  contentType: "application/json",
  headers: connectProtocol,
  path: echoPath,
  exchanges: jsonExchanges,
};
const binary = {
  contentType: "application/proto",
  headers: connectProtocol,
  path: echoPath,
  exchanges: binaryExchanges,
};
const grpc = {
  contentType: "application/grpc+proto",
  headers: { te: "trailers" },
  trailers: { "grpc-status": "0" },
  path: echoPath,
  exchanges: grpcExchanges,
};
const trpc = {
  contentType: "application/json",
  path: trpcEchoPath,
  exchanges: trpcExchanges,
};
const guarded = {
  path: guardedEchoPath,
  headers: { ...connectProtocol, [callerHeader]: "bench" },
  responseHeaders: { [servedByHeader]: servedBy },
  refusal: { without: callerHeader, status: 401 },
};

const atOnce1 = { connections: 64 };
const atOnce2 = { connections: 4, streamsPerConnection: 16 };

const h1 = {
  json: http1({ ...json, ...atOnce1 }),
  binary: http1({ ...binary, ...atOnce1 }),
  trpc: http1({ ...trpc, ...atOnce1 }),
  guardedJson: http1({ ...json, ...guarded, ...atOnce1 }),
  guardedBinary: http1({ ...binary, ...guarded, ...atOnce1 }),
  orderJson: http1({ ...json, path: orderPath, exchanges: orderJsonExchanges, ...atOnce1 }),
  orderBinary: http1({ ...binary, path: orderPath, exchanges: orderBinaryExchanges, ...atOnce1 }),
};
const h2 = {
  json: http2({ ...json, ...atOnce2 }),
  binary: http2({ ...binary, ...atOnce2 }),
  grpc: http2({ ...grpc, ...atOnce2 }),
};

/** A system whose server is the module `servers/MODULE.ts`. */
const system =
  (name: string, module: string, skip?: System["skip"]) =>
  (version: "h1" | "h2", load: LoadSpec): System => ({
    name,
    server: { module: new URL(`./servers/${module}.js`, import.meta.url), args: [version] },
    load,
    skip,
  });

const bare = system("bare node", "bare");
const connectNode = system("connect-node", "connect-node");
const connectFastify = system("connect-fastify", "connect-fastify");
const fastify = system("fastify JSON", "fastify");
const trpcStandalone = system("tRPC standalone", "trpc");
const grpcJs = system("grpc-js", "grpc-js");
const niceGrpc = system("nice-grpc", "nice-grpc");
const sluice = system("sluice", "sluice", needsSluice);

/** The bench measures the built package, as its users get it. */
async function needsSluice(): Promise<string | undefined> {
  try {
    return "App" in (await import("sluice")) ? undefined : "the built package has no App yet";
  } catch (error) {
    return `cannot load the built package (npm run build): ${(error as Error).message}`;
  }
}

/** Systems run side by side, and what Sluice's rate must be by that of others. */
function comparison(
  name: string,
  systems: readonly System[],
  atLeast: Readonly<Record<string, number>>,
): Case {
  const yardsticks = systems.map((s) => s.name).filter((n) => n === "bare node" || n in atLeast);
  return {
    name,
    systems,
    references: yardsticks,
    bars: Object.entries(atLeast).map(([vs, ratio]) => ({ system: "sluice", vs, atLeast: ratio })),
  };
}

export default {
  cases: [
    comparison(
      "h1-json",
      [
        bare("h1", h1.json),
        connectNode("h1", h1.json),
        connectFastify("h1", h1.json),
        fastify("h1", h1.json),
        trpcStandalone("h1", h1.trpc),
        sluice("h1", h1.json),
      ],
      { "bare node": 0.8, "connect-node": 4, "tRPC standalone": 8 },
    ),
    comparison(
      "h1-binary",
      [
        bare("h1", h1.json),
        connectNode("h1", h1.binary),
        connectFastify("h1", h1.binary),
        fastify("h1", h1.json),
        sluice("h1", h1.binary),
      ],
      { "bare node": 0.8, "connect-node": 4 },
    ),
    comparison(
      "h1-json-interceptor",
      [connectNode("h1", h1.guardedJson), sluice("h1", h1.guardedJson)],
      { "connect-node": 2.5 },
    ),
    comparison(
      "h1-binary-interceptor",
      [connectNode("h1", h1.guardedBinary), sluice("h1", h1.guardedBinary)],
      { "connect-node": 2.5 },
    ),
    comparison(
      "h1-nested20-binary",
      [bare("h1", h1.orderJson), connectNode("h1", h1.orderBinary), sluice("h1", h1.orderBinary)],
      { "connect-node": 3 },
    ),
    comparison(
      "h2-json",
      [
        bare("h2", h2.json),
        connectNode("h2", h2.json),
        connectFastify("h2", h2.json),
        sluice("h2", h2.json),
      ],
      { "connect-node": 3.3 },
    ),
    comparison(
      "h2-binary",
      [
        bare("h2", h2.json),
        connectNode("h2", h2.binary),
        connectFastify("h2", h2.binary),
        sluice("h2", h2.binary),
      ],
      { "connect-node": 3.3 },
    ),
    comparison(
      "h2-grpc",
      [
        bare("h2", h2.json),
        connectNode("h2", h2.grpc),
        grpcJs("h2", h2.grpc),
        niceGrpc("h2", h2.grpc),
        sluice("h2", h2.grpc),
      ],
      { "connect-node": 6.5, "grpc-js": 1.4 },
    ),
  ],
} satisfies Bench;
