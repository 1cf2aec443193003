import type { BareStreamHandler } from "./bare-streams.js";
import { closeGracefully } from "./close-gracefully.js";
import { ConnectionSet } from "./connection-set.js";
import { type ServerCounters, zeroCounters } from "./counters.js";
import { resolveLimits, type ServerLimits } from "./limits.js";
import { listen, urlHost } from "./listen.js";
import type { NodeHandler } from "./node-handler.js";
import { createHttp1, createHttp2, type ServerTlsOptions } from "./node-servers.js";
import { switchProtocols } from "./protocol-switch.js";

/** What {@link startServer} takes. */
export interface StartServerOptions {
  /** Answers every request, of both protocols. */
  readonly handler: NodeHandler;
  /** Is shown the streams of HTTP/2 first, and may answer them. */
  readonly bareStreams?: BareStreamHandler;
  /** The address to listen on. Default "127.0.0.1": this machine only. "0.0.0.0" is every network. */
  readonly host?: string;
  /** The port to listen on. Default 0: any free one. */
  readonly port?: number;
  /** Serves TLS (protocol chosen by ALPN) instead of cleartext (by the first bytes). */
  readonly tls?: ServerTlsOptions;
  /** What differs from the defaults. */
  readonly limits?: Partial<ServerLimits>;
  /**
   * Told of failures that belong to no connection, for example no file descriptor left to accept
   * with; the server goes on. Default: a process warning.
   */
  readonly onError?: (error: Error) => void;
}

/** How to close a server. */
export interface CloseOptions {
  /** How long requests in flight may take to finish before they are cut off. Default 10_000. */
  readonly graceMs?: number;
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Where clients on this machine find it, for example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The limits in force, defaults included. */
  readonly limits: ServerLimits;
  /** How often they took effect. */
  readonly counters: ServerCounters;
  /** Open connections, including those that have not shown their protocol yet. */
  readonly connections: number;
  /**
   * Stops accepting, lets requests in flight finish while telling their clients to come back
   * elsewhere (`connection: close`, GOAWAY), cuts off what is left after `graceMs`, and resolves
   * when every socket is gone. Further calls return the first one's promise.
   */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Serves `handler` over HTTP/1.1 and HTTP/2 on one port. Resolves when the port is open.
 *
 * @throws SluiceError `server_limits_invalid`, `server_tls_invalid` or `server_listen_failed`.
 */
export async function startServer(options: StartServerOptions): Promise<RunningServer> {
  const { handler, bareStreams, host = "127.0.0.1", tls, onError = process.emitWarning } = options;
  const limits = resolveLimits(options.limits);
  const counters = zeroCounters();
  const connections = new ConnectionSet();

  const http1 = createHttp1({ handler, limits, tls });
  const http2 = createHttp2({ handler, bareStreams, limits });
  switchProtocols({ http1, http2, secure: tls !== undefined, connections, limits, counters });

  const port = await listen(http1, host, options.port ?? 0);
  http1.on("error", (error) => onError(error));

  let closed: Promise<void> | undefined;
  const close = ({ graceMs = 10_000 }: CloseOptions = {}): Promise<void> => {
    closed ??= closeGracefully(http1, connections, graceMs).then((cutOff) => {
      counters.forcedConnections += cutOff;
    });
    return closed;
  };

  return {
    host,
    port,
    url: `${tls ? "https" : "http"}://${urlHost(host)}:${port}`,
    limits,
    counters,
    get connections() {
      return connections.size;
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}
