import http from "node:http";
import http2 from "node:http2";
import type { AddressInfo, Server, Socket } from "node:net";
import { expect, vi } from "vitest";
import { App, type AppOptions, type ListenOptions } from "../../src/index.js";
import type { RawClient } from "../support/raw-http.js";
import { Feeds } from "./feeds.js";
import { rawClient, type Wire } from "./wire.js";

export type Hosting = "listen" | "embedded";

/** An app of `Feeds`: on a port of its own, or in servers that somebody else has made. */
export class FeedHost implements AsyncDisposable {
  readonly feeds = new Feeds();
  readonly reported: unknown[] = [];
  readonly app: App;
  /** Both ends of all transports of embedding servers. */
  readonly sockets: Socket[] = [];
  readonly streams: http2.ServerHttp2Stream[] = [];
  readonly #clients: RawClient[] = [];
  readonly #servers: Server[] = [];
  readonly #urls = { h1: "", h2: "" };

  private constructor(options: Partial<AppOptions>) {
    this.app = new App({
      name: "feeds",
      services: [this.feeds],
      onError: (error) => this.reported.push(error),
      ...options,
    });
  }

  static async start(
    hosting: Hosting,
    options: Partial<AppOptions> = {},
    listen: Omit<ListenOptions, "port"> = {},
  ): Promise<FeedHost> {
    const host = new FeedHost(options);
    await host.app.finalize();
    if (hosting === "listen") {
      const { url } = await host.app.listen({ ...listen, port: 0 });
      host.#urls.h1 = host.#urls.h2 = url;
    } else {
      const handler = host.app.nodeHandler();
      const session = http2.createServer(handler);
      session.on("stream", (stream) => host.streams.push(stream));
      host.#urls.h1 = await host.#open(http.createServer(handler));
      host.#urls.h2 = await host.#open(session);
    }
    return host;
  }

  url(version: Wire["http"]): string {
    return this.#urls[version];
  }

  port(version: Wire["http"]): number {
    return Number(new URL(this.url(version)).port);
  }

  client(version: Wire["http"]): RawClient {
    const client = rawClient(version, this.url(version));
    this.#clients.push(client);
    return client;
  }

  stats(stream: string) {
    return this.app.streamStats()[`Feeds.${stream}`]!;
  }

  /** Resolves when a stream has so many subscribers. */
  async subscribed(stream: string, count: number): Promise<void> {
    await vi.waitFor(() => expect(this.stats(stream).subscribers).toBe(count), {
      interval: 1,
      timeout: 5_000,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client[Symbol.asyncDispose]()));
    const closed = this.#servers.map(
      (server) => new Promise((resolve) => server.close(() => resolve(undefined))),
    );
    for (const socket of this.sockets) socket.destroy();
    await Promise.all([...closed, this.app.close({ graceMs: 1_000 })]);
  }

  async #open(server: Server): Promise<string> {
    server.on("connection", (socket: Socket) => this.sockets.push(socket));
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}
