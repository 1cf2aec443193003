import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";

/** Stands between a client and a server, and lets the test break what goes through. */
export class CuttingProxy {
  readonly #server = net.createServer((socket) => this.#accept(socket));
  readonly #links = new Set<Link>();
  #bytesLeft = Number.POSITIVE_INFINITY;
  #isFrozen = false;

  private constructor(private port: number) {}

  /** @param port of the server, on this machine. */
  static async to(port: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(port);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#links.size;
  }

  /** From now on connections go to another server. */
  turnTo(port: number): void {
    this.port = port;
  }

  /** Breaks all connections off. */
  cut(): void {
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
  }

  /** Breaks all connections off once the server has sent so many bytes more. */
  cutAfter(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  /** From now on nothing of what there is goes through, though nobody is told. */
  freeze(): void {
    for (const { client, server } of this.#links) {
      client.pause();
      server.pause();
    }
    this.#isFrozen = true;
  }

  /** New connections go through again. */
  thaw(): void {
    this.#isFrozen = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    const link = { client, server: net.connect(this.port, "127.0.0.1") };
    const { server } = link;
    this.#links.add(link);
    const end = () => {
      client.destroy();
      server.destroy();
      this.#links.delete(link);
    };
    for (const socket of [client, server]) socket.on("close", end).on("error", end);
    client.on("data", (data) => server.write(data));
    server.on("data", (data) => {
      this.#bytesLeft -= data.length;
      if (this.#bytesLeft >= 0) {
        client.write(data);
        return;
      }
      const part = data.subarray(0, data.length + this.#bytesLeft);
      this.#bytesLeft = Number.POSITIVE_INFINITY;
      // What is cut is not lost: it arrives, and nothing behind it.
      client.end(part, () => this.cut());
    });
    if (this.#isFrozen) {
      client.pause();
      server.pause();
    }
  }
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}
