import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import type { TlsOptions } from "node:tls";
import { SluiceError } from "../../errors.js";
import { type BareStreamHandler, serveBareStreams } from "./bare-streams.js";
import { guardEarlyHeaders } from "./header-guard.js";
import type { ServerLimits } from "./limits.js";
import type { NodeHandler } from "./node-handler.js";

/** Keys and certificates (`key`, `cert`, `ca`, `requestCert`, ...), as `tls.createServer` takes them. */
export type ServerTlsOptions = Omit<
  TlsOptions,
  "ALPNProtocols" | "ALPNCallback" | "handshakeTimeout" | "allowHalfOpen" | "pauseOnConnect"
>;

/** What {@link createHttp1} and {@link createHttp2} need to know. */
export interface NodeServerOptions {
  readonly handler: NodeHandler;
  readonly bareStreams?: BareStreamHandler;
  readonly limits: ServerLimits;
  readonly tls?: ServerTlsOptions;
}

/**
 * The server that owns the port. HTTP/1.1 has more that lives with the port (header deadlines, idle
 * connections, connection count), so it is the owner and hands HTTP/2 on; for TLS too, since
 * `http2.createSecureServer` ignores most HTTP/1.1 options.
 */
export function createHttp1(options: NodeServerOptions): http.Server | https.Server {
  const { handler, limits, tls } = options;
  const shared: http.ServerOptions = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    // How late a missed header deadline may be noticed.
    connectionsCheckingInterval: Math.min(2_500, Math.ceil(limits.headersTimeoutMs / 4)),
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: limits.pingIntervalMs,
  };
  const server = tls ? createSecure(tls, shared, limits) : http.createServer(shared);
  server.on("request", handler);
  server.maxConnections = limits.maxConnections;
  // Beyond this many, Node would drop headers silently; their bytes are bounded already.
  server.maxHeadersCount = 0;
  return server;
}

function createSecure(tls: ServerTlsOptions, shared: http.ServerOptions, limits: ServerLimits) {
  try {
    return https.createServer({
      ...tls,
      ...shared,
      ALPNProtocols: ["h2", "http/1.1"],
      handshakeTimeout: limits.headersTimeoutMs,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SluiceError(
      "server_tls_invalid",
      `cannot use the TLS key or certificate: ${reason}`,
      { cause },
    );
  }
}

/** The HTTP/2 server. It never listens: connections are handed to it. */
export function createHttp2({
  handler,
  bareStreams,
  limits,
}: NodeServerOptions): http2.Http2Server {
  const server = http2.createServer({
    settings: {
      maxConcurrentStreams: limits.maxStreamsPerConnection,
      maxHeaderListSize: limits.maxHeaderBytes,
    },
    // As many headers as HTTP/1.1 could hold of ordinary length; Node's default is 128.
    maxHeaderListPairs: Math.max(128, Math.ceil(limits.maxHeaderBytes / 32)),
    maxSessionMemory: limits.maxSessionMemoryMb,
    // So many refusals in a row end the connection; all streams of one client may be refused at once.
    maxSessionRejectedStreams: Math.max(100, limits.maxStreamsPerConnection),
  });
  server.on("request", guardEarlyHeaders(handler, limits.maxHeaderBytes));
  if (bareStreams !== undefined) serveBareStreams(server, bareStreams);
  return server;
}
