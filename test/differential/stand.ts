import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { App } from "../../src/index.js";
import type { NodeHandler } from "../../src/rpc/server/node-handler.js";
import type { Configuration } from "./configurations.js";
import { unlessStuck } from "./guard.js";
import type { Mutation } from "./mutations.js";
import { guarded, Subject } from "./subject.js";
import { Witness } from "./witness.js";

export interface StandOptions {
  readonly configuration: Configuration;
  readonly fastPath: boolean;
  readonly mutation?: Mutation;
}

/** An app of one configuration on ports, and what is seen of its insides. */
export class Stand implements AsyncDisposable {
  readonly witness = new Witness();
  readonly ports: { h1: number; h2: number } = { h1: 0, h2: 0 };
  readonly #app: App;
  readonly #servers: Server[] = [];

  static async start(options: StandOptions): Promise<Stand> {
    const stand = new Stand(options);
    await stand.#listen(options);
    return stand;
  }

  private constructor({ configuration, fastPath, mutation }: StandOptions) {
    this.#app = new App({
      name: "diff",
      services: [new Subject(this.witness), guarded(this.witness)],
      onError: this.witness.report,
      fastPath,
      ...configuration.options?.(this.witness),
      ...mutation?.options,
    });
  }

  async #listen({ configuration, mutation }: StandOptions): Promise<void> {
    await this.#app.finalize();
    if (configuration.mounted) {
      const handler = this.#app.nodeHandler();
      const rpcs: NodeHandler = (request, response) =>
        handler(request, response, () => notAnRpc(response));
      const serve = mutation?.wrap?.(rpcs) ?? rpcs;
      // As with `listen()`: an idle connection is to outlast the patience of a client.
      this.ports.h1 = await this.#serve(http.createServer({ keepAliveTimeout: 65_000 }, serve));
      this.ports.h2 = await this.#serve(http2.createServer(serve));
    } else {
      const { port } = await this.#app.listen({ ...configuration.listen, port: 0 });
      this.ports.h1 = port;
      this.ports.h2 = port;
    }
  }

  async #serve(server: Server): Promise<number> {
    this.#servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** To be called when all clients are gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#servers.map((server) => {
      server.close();
      return once(server, "close");
    });
    if ((await unlessStuck(this.#app.close({ graceMs: 1_000 }).then(() => true))) === undefined) {
      throw new Error("the app did not close");
    }
    if ((await unlessStuck(Promise.all(closed))) === undefined) {
      throw new Error("a connection was still open when its client had gone");
    }
  }
}

function notAnRpc(response: Parameters<NodeHandler>[1]): void {
  response.writeHead(404, { "content-type": "text/plain" });
  response.end();
}
