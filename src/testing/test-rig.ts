import type { DescService } from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { App } from "../app/app.js";
import type { AppOptions } from "../app/app-options.js";
import type { ListenOptions } from "../app/listen-options.js";
import type { ServiceClass, ServiceClient } from "../rpc/typed-client.js";

/** How the client of a rig talks to its app. */
export type RigProtocol =
  | "memory"
  | `${"connect" | "grpc-web"}-${"json" | "binary"}-${"h1" | "h2"}`
  | `grpc-${"json" | "binary"}-h2`;

/** Every protocol a rig can use, in-memory first; for suites that run over all of them. */
export const rigProtocols: readonly RigProtocol[] = [
  "memory",
  "connect-json-h1",
  "connect-json-h2",
  "connect-binary-h1",
  "connect-binary-h2",
  "grpc-web-json-h1",
  "grpc-web-json-h2",
  "grpc-web-binary-h1",
  "grpc-web-binary-h2",
  "grpc-json-h2",
  "grpc-binary-h2",
];

/** What `createTestRig()` takes: an app not yet finalized, or what to make one of. */
export interface TestRigOptions {
  readonly app?: App;
  readonly services?: AppOptions["services"];
  /** Further options of the app, where the rig makes it. */
  readonly options?: Partial<AppOptions>;
  /** Default `"memory"`: the whole pipeline, without a socket. */
  readonly protocol?: RigProtocol;
  /** For the protocols that listen; a free loopback port is used. */
  readonly listen?: Omit<ListenOptions, "port">;
}

/** Both ends of an app under test. Disposing it closes both. */
export interface TestRig extends AsyncDisposable {
  readonly app: App;
  readonly transport: Transport;
  /** Where the app listens; `undefined` in memory. */
  readonly url: string | undefined;
  /** A client of a decorated class. */
  client<S extends object>(service: ServiceClass<S>): ServiceClient<S>;
  /** A client of a generated service. */
  client<S extends DescService>(service: S): Client<S>;
}

/**
 * Boots an app and a client for it:
 *
 * ```ts
 * await using rig = await createTestRig({ services: [new Demo()] });
 * expect(await rig.client(Demo).ping({ message: "hi" })).toEqual({ message: "pong: hi" });
 * ```
 */
export async function createTestRig(options: TestRigOptions): Promise<TestRig> {
  const { services, protocol = "memory" } = options;
  const app =
    options.app ??
    new App({ name: "test", ...options.options, ...(services !== undefined && { services }) });
  if (!app.ready) await app.finalize();
  try {
    const server =
      protocol === "memory" ? undefined : await app.listen({ ...options.listen, port: 0 });
    const transport =
      server === undefined ? app.transport() : transportTo(server.url, protocol as never);
    const client = (service: ServiceClass<object> | DescService) =>
      typeof service === "function"
        ? app.client(service, transport)
        : createClient(service, transport);
    return {
      app,
      transport,
      url: server?.url,
      client: client as TestRig["client"],
      [Symbol.asyncDispose]: () => app.close({ graceMs: 0 }),
    };
  } catch (error) {
    await app.close({ graceMs: 0 });
    throw error;
  }
}

function transportTo(baseUrl: string, protocol: Exclude<RigProtocol, "memory">): Transport {
  const options = {
    baseUrl,
    useBinaryFormat: protocol.includes("binary"),
    httpVersion: protocol.endsWith("h2") ? ("2" as const) : ("1.1" as const),
  };
  if (protocol.startsWith("connect-")) return createConnectTransport(options);
  if (protocol.startsWith("grpc-web-")) return createGrpcWebTransport(options);
  return createGrpcTransport(options);
}
