import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { App, type RpcHandler } from "../../src/index.js";
import type { NodeHandler } from "../../src/rpc/server/node-handler.js";
import type { Configuration } from "./configurations.js";
import { guarded, Subject } from "./subject.js";
import { Witness } from "./witness.js";

/** Makes something go wrong, on purpose, between the network and an app. */
export type Mutation = (handler: RpcHandler, witness: Witness) => NodeHandler;

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

  private constructor({ configuration, fastPath }: StandOptions) {
    this.#app = new App({
      name: "diff",
      services: [new Subject(this.witness), guarded(this.witness)],
      onError: this.witness.report,
      fastPath,
      ...configuration.options?.(this.witness),
    });
  }

  async #listen({ configuration, mutation }: StandOptions): Promise<void> {
    await this.#app.finalize();
    if (configuration.mounted || mutation !== undefined) {
      const handler = this.#app.nodeHandler();
      const serve: NodeHandler =
        mutation?.(handler, this.witness) ??
        ((request, response) => handler(request, response, () => notAnRpc(response)));
      this.ports.h1 = await this.#serve(http.createServer(serve));
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
    await this.#app.close({ graceMs: 1_000 });
    await Promise.all(closed);
  }
}

function notAnRpc(response: Parameters<NodeHandler>[1]): void {
  response.writeHead(404, { "content-type": "text/plain" });
  response.end();
}
