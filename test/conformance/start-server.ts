import { App } from "sluice";
import type { ServerCompatRequest } from "../../.cache/conformance/gen/connectrpc/conformance/v1/server_compat_pb.js";
import { ConformanceImpl } from "./service.js";

/** Where the server under test listens. */
export interface ServerUnderTest {
  host: string;
  port: number;
}

/**
 * Starts the server under test as the suite asks for it, on a free port of the loopback interface. This is the one
 * place that knows which server is tested.
 */
export async function startServerUnderTest(request: ServerCompatRequest): Promise<ServerUnderTest> {
  const app = new App({
    name: "conformance",
    services: [new ConformanceImpl()],
    // The suite has to pass on both; see run.ts on how to say so.
    fastPath: !process.argv.includes("--no-fast-path"),
    ...(request.messageReceiveLimit > 0 && { readMaxBytes: request.messageReceiveLimit }),
    // Some cases make methods fail on purpose; the suite looks at what callers see of it.
    onError: () => {},
  });
  await app.finalize();
  // One port for both versions of HTTP, whichever of them the suite asks for.
  return app.listen({ port: 0, tls: tlsOptions(request) });
}

/** Key and certificate from the suite; with a client certificate given, only its bearer gets in. */
function tlsOptions(request: ServerCompatRequest) {
  if (!request.useTls || !request.serverCreds) return undefined;
  const own = {
    key: Buffer.from(request.serverCreds.key),
    cert: Buffer.from(request.serverCreds.cert),
  };
  if (request.clientTlsCert.length === 0) return own;
  return {
    ...own,
    ca: Buffer.from(request.clientTlsCert),
    requestCert: true,
    rejectUnauthorized: true,
  };
}
