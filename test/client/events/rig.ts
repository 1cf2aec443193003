import type { Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { createConnectTransport as createWebTransport } from "@connectrpc/connect-web";
import { App } from "../../../src/app/app.js";
import { EventClient, type EventClientOptions } from "../../../src/client/events/event-client.js";
import type { SubscriptionItem } from "../../../src/client/events/subscribe-options.js";
import { type EventsOptions, events } from "../../../src/events/events-plugin.js";
import type { EventLog } from "../../../src/log/event-log.js";
import type { Event } from "../../../src/log/model/event.js";
import { MemoryStorage } from "../../../src/log/storage/memory-storage.js";
import { CuttingProxy } from "../../support/cutting-proxy.js";

/** How clients reach a server; "web" is what browsers have. */
export const wires = {
  web: (baseUrl: string) => createWebTransport({ baseUrl }),
  "connect-json-h1": (baseUrl: string) =>
    createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: false }),
  "connect-binary-h2": (baseUrl: string) =>
    createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: true }),
  "grpc-web-binary-h1": (baseUrl: string) =>
    createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
  "grpc-binary-h2": (baseUrl: string) => createGrpcTransport({ baseUrl }),
} satisfies Record<string, (baseUrl: string) => Transport>;

export type Wire = keyof typeof wires;
export const wireNames = Object.keys(wires) as Wire[];

/** A server with an event log, which can be started again with the same log. */
export class EventServer {
  readonly #storage = new MemoryStorage();
  #app!: App;
  #log!: () => EventLog;
  proxy!: CuttingProxy;
  /** Failures of the server that callers know nothing of. */
  readonly reported: unknown[] = [];

  private constructor(private readonly options: Partial<EventsOptions>) {}

  static async start(options: Partial<EventsOptions> = {}): Promise<EventServer> {
    const server = new EventServer({ announce: false, ...options });
    server.proxy = await CuttingProxy.to(await server.#listen());
    return server;
  }

  get log(): EventLog {
    return this.#log();
  }

  get transport(): Transport {
    return this.#app.transport();
  }

  client(wire: Wire | "memory", options?: EventClientOptions): EventClient {
    const transport = wire === "memory" ? this.transport : wires[wire](this.proxy.url);
    return new EventClient(transport, options);
  }

  /** Ends the server, and starts another one with what it has stored. */
  async restart(): Promise<void> {
    await this.#app.close({ graceMs: 0 });
    this.proxy.turnTo(await this.#listen());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close({ graceMs: 0 });
    await this.proxy[Symbol.asyncDispose]();
  }

  async #listen(): Promise<number> {
    const store = events({ storage: this.#storage, ...this.options });
    this.#log = () => store.log;
    this.#app = new App({
      name: "test",
      package: "test.v1",
      onError: (error) => this.reported.push(error),
    }).use(store);
    await this.#app.finalize();
    return (await this.#app.listen({ port: 0 })).port;
  }
}

/** Goes through a subscription, and remembers what it gave. */
export class Watcher {
  readonly items: SubscriptionItem[] = [];
  readonly events: Event[] = [];
  /** Resolves when the loop is over, with what it threw. */
  readonly over: Promise<unknown>;
  #waiting: (() => void)[] = [];

  constructor(subscription: AsyncIterable<SubscriptionItem>) {
    this.over = this.#watch(subscription).catch((error: unknown) => error);
  }

  /** The kinds of all items, `events` that follow each other once. */
  get kinds(): string[] {
    const kinds = this.items.map(({ kind }) => kind);
    return kinds.filter((kind, i) => kind !== "events" || kinds[i - 1] !== "events");
  }

  count(kind: SubscriptionItem["kind"]): number {
    return this.items.filter((item) => item.kind === kind).length;
  }

  /** Resolves as soon as something is true of it, looking whenever something comes. */
  async until(isTrue: (watcher: this) => boolean): Promise<void> {
    while (!isTrue(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #watch(subscription: AsyncIterable<SubscriptionItem>): Promise<void> {
    for await (const item of subscription) {
      this.items.push(item);
      if (item.kind === "events") this.events.push(...item.events);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const look of waiting) look();
    }
  }
}
