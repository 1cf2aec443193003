import type { Server } from "node:http";
import type { Http2Server, ServerHttp2Session } from "node:http2";
import type { Server as SecureServer } from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { ConnectionSet } from "./connection-set.js";
import type { MutableCounters } from "./counters.js";
import type { ServerLimits } from "./limits.js";
import { sniffProtocol } from "./protocol-sniffer.js";
import { keepSession } from "./session-keeper.js";

/** What {@link switchProtocols} connects. */
export interface ProtocolSwitch {
  /** Owns the port. */
  readonly http1: Server | SecureServer;
  readonly http2: Http2Server;
  readonly secure: boolean;
  readonly connections: ConnectionSet;
  readonly limits: ServerLimits;
  readonly counters: MutableCounters;
}

/**
 * Puts a switch between the port and the HTTP/1.1 server: each connection goes to the server of the
 * protocol it speaks, found by ALPN under TLS and by its first bytes without.
 */
export function switchProtocols(parts: ProtocolSwitch): void {
  const { http1, http2, secure, connections, limits, counters } = parts;
  const event = secure ? "secureConnection" : "connection";
  const http1Listeners = http1.listeners(event);
  http1.removeAllListeners(event);

  if (secure) {
    http1.on("secureConnection", (socket: TLSSocket) =>
      socket.alpnProtocol === "h2" ? toHttp2(socket) : toHttp1(socket),
    );
  } else {
    http1.on("connection", (socket: Socket) =>
      sniffProtocol(socket, limits.headersTimeoutMs, {
        http1: toHttp1,
        http2: toHttp2,
        gone: (reason) => {
          if (reason === "timeout") counters.stalledConnections++;
        },
      }),
    );
  }
  // Before Node's own TLS listener, which wraps the socket.
  http1.prependListener("connection", (socket: Socket) => connections.accept(socket));
  http1.on("drop", () => counters.refusedConnections++);

  function toHttp1(socket: Socket): void {
    connections.welcome(socket);
    for (const listener of http1Listeners) listener.call(http1, socket);
  }

  function toHttp2(socket: Socket): void {
    connections.welcome(socket);
    // HTTP/1.1 sockets may be half open. An HTTP/2 session would not notice its peer's FIN then.
    socket.allowHalfOpen = false;
    // Announced before emit() returns, so it is the session of this socket.
    http2.once("session", (session: ServerHttp2Session) => {
      connections.addSession(session, socket);
      keepSession(session, socket, limits, counters);
    });
    http2.emit("connection", socket);
  }
}
