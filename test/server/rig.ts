import { readFileSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";
import { expect, vi } from "vitest";
import type { NodeHandler } from "../../src/rpc/server/node-handler.js";
import {
  type RunningServer,
  type StartServerOptions,
  startServer,
} from "../../src/rpc/server/server.js";
import { type Ask, type Asker, asker1, asker2 } from "./asking.js";
import { ClientSocket } from "./client-socket.js";

/** For tests only: self-signed for localhost, 127.0.0.1 and ::1; made with openssl, ends in 2126. */
export const testTls = {
  key: readFileSync(new URL("./fixtures/key.pem", import.meta.url)),
  cert: readFileSync(new URL("./fixtures/cert.pem", import.meta.url)),
};

/** The protocols every server speaks. */
export const protocols = ["http1", "http2"] as const;

/** What every server speaks them over. */
export const transports = [
  { transport: "cleartext", tls: undefined },
  { transport: "TLS", tls: testTls },
];

/** A running server, with clients that end when the test does. */
export class Rig implements AsyncDisposable {
  readonly #clients: (() => void)[] = [];

  static #open = 0;

  private constructor(readonly server: RunningServer) {
    Rig.#open++;
  }

  static async start(
    handler: NodeHandler,
    options: Omit<StartServerOptions, "handler"> = {},
  ): Promise<Rig> {
    return new Rig(await startServer({ handler, ...options }));
  }

  /** A bare TCP connection that sends `bytes` first. */
  socket(bytes: string | Uint8Array = ""): ClientSocket {
    const socket = new ClientSocket(net.connect(this.server.port, this.server.host), bytes);
    this.#clients.push(() => socket.raw.destroy());
    return socket;
  }

  /** A TLS connection that offers `protocols` and sends `bytes` first. */
  tlsSocket(protocols: string[], bytes: string | Uint8Array = ""): ClientSocket {
    const { host, port } = this.server;
    const raw = tls.connect({ host, port, ca: testTls.cert, ALPNProtocols: protocols });
    const socket = new ClientSocket(raw, bytes);
    this.#clients.push(() => socket.raw.destroy());
    return socket;
  }

  /** An HTTP/2 session. */
  session(options: http2.SecureClientSessionOptions = {}): http2.ClientHttp2Session {
    const session = http2.connect(this.server.url, { ca: testTls.cert, ...options });
    session.on("error", () => {});
    this.#clients.push(() => session.destroy());
    return session;
  }

  /** A client with a connection of its own, which it keeps from one request to the next. */
  asker(protocol: (typeof protocols)[number]): Asker {
    if (protocol === "http2") return asker2(this.session());
    const secure = this.server.url.startsWith("https:");
    const options = { keepAlive: true, maxSockets: 1, ca: testTls.cert };
    const agent = secure ? new https.Agent(options) : new http.Agent(options);
    this.#clients.push(() => agent.destroy());
    return asker1(this.server.url, agent);
  }

  /** One request on a connection of its own. */
  async ask(protocol: (typeof protocols)[number], ask?: Ask) {
    return this.asker(protocol)(ask);
  }

  /** Ends the clients, closes the server and checks that nothing is left of either. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#clients) end();
    await this.server.close({ graceMs: 5_000 });
    expect(this.server.connections).toBe(0);
    if (--Rig.#open === 0) await noHandlesBut([]);
  }
}

/** The servers, sockets and sessions this process has open. */
export function networkHandles(): readonly string[] {
  return process.getActiveResourcesInfo().filter((name) => /TCP|TLS|HTTP2/i.test(name));
}

/** Waits until nothing is open that is not `expected`. */
export async function noHandlesBut(expected: readonly string[]): Promise<void> {
  const surplus = (): string[] => {
    const open = [...networkHandles()];
    for (const name of expected) if (open.includes(name)) open.splice(open.indexOf(name), 1);
    return open;
  };
  await vi.waitFor(() => expect(surplus()).toEqual([]), { interval: 5 });
}
