/**
 * What one small unary call costs: 64 requests in flight, messages of about 60 bytes.
 *
 * The bare servers parse and print JSON by hand and know no protocol; in the binary and gRPC cases
 * they serve JSON too, as the same yardstick.
 */
import type { Bar, Bench, System } from "../lib/definition.js";
import type { LoadSpec } from "../lib/load.js";
import { http1 } from "../lib/loads/http1.js";
import { http2 } from "../lib/loads/http2.js";
import { binaryExchanges, echoPath, grpcExchanges, jsonExchanges } from "./echo.js";

/** What differs between the three ways of asking. */
const json = {
  contentType: "application/json",
  headers: { "connect-protocol-version": "1" },
  exchanges: jsonExchanges,
};
const binary = {
  contentType: "application/proto",
  headers: { "connect-protocol-version": "1" },
  exchanges: binaryExchanges,
};
const grpc = {
  contentType: "application/grpc+proto",
  headers: { te: "trailers" },
  trailers: { "grpc-status": "0" },
  exchanges: grpcExchanges,
};

const overHttp1 = (format: typeof json | typeof binary) =>
  http1({ ...format, path: echoPath, connections: 64 });
const overHttp2 = (format: typeof json | typeof binary | typeof grpc) =>
  http2({ ...format, path: echoPath, connections: 4, streamsPerConnection: 16 });

const bare = "bare node";
const connectNode = "connect-node";
const sluice = "sluice";

function systems(version: "h1" | "h2", load: LoadSpec, bareLoad: LoadSpec): System[] {
  const server = (name: string) => ({
    module: new URL(`./servers/${name}.js`, import.meta.url),
    args: [version],
  });
  return [
    { name: bare, server: server("bare"), load: bareLoad },
    { name: connectNode, server: server("connect-node"), load },
    { name: sluice, server: server("sluice"), load, skip: needsSluice },
  ];
}

/** The bench measures the built package, as its users get it. */
async function needsSluice(): Promise<string | undefined> {
  try {
    return "App" in (await import("sluice")) ? undefined : "the built package has no App yet";
  } catch (error) {
    return `cannot load the built package (npm run build): ${(error as Error).message}`;
  }
}

const references = [bare, connectNode];
const noSlower: Bar[] = [{ system: sluice, vs: connectNode, atLeast: 0.95 }];

const h1Json = overHttp1(json);
const h2Json = overHttp2(json);

export default {
  cases: [
    { name: "h1-json", systems: systems("h1", h1Json, h1Json), references, bars: noSlower },
    {
      name: "h1-binary",
      systems: systems("h1", overHttp1(binary), h1Json),
      references,
      bars: noSlower,
    },
    { name: "h2-json", systems: systems("h2", h2Json, h2Json), references },
    { name: "h2-binary", systems: systems("h2", overHttp2(binary), h2Json), references },
    { name: "h2-grpc", systems: systems("h2", overHttp2(grpc), h2Json), references },
  ],
} satisfies Bench;
