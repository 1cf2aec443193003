import { once } from "node:events";
import type { Socket } from "node:net";

/** A TCP client that remembers what it received. */
export class ClientSocket {
  readonly #chunks: Buffer[] = [];
  /** Resolves when the connection is gone, however it went. */
  readonly closed: Promise<void>;

  constructor(
    readonly raw: Socket,
    first: string | Uint8Array,
  ) {
    raw.setNoDelay();
    raw.on("error", () => {});
    raw.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
    this.closed = new Promise((resolve) => raw.on("close", () => resolve()));
    if (first.length > 0) raw.write(first);
  }

  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.received.toString("latin1");
  }

  /** Sends each byte in a packet of its own. */
  async writeBytewise(bytes: string | Uint8Array): Promise<void> {
    for (const byte of Buffer.from(bytes)) {
      await new Promise<void>((resolve) => this.raw.write(Uint8Array.of(byte), () => resolve()));
      await new Promise(setImmediate);
    }
  }

  /** Resolves as soon as what was received satisfies `check`. */
  async until(check: (socket: this) => boolean): Promise<void> {
    while (!check(this)) {
      if (this.raw.closed) throw new Error(`closed after ${this.received.length} bytes`);
      await Promise.race([once(this.raw, "data"), this.closed]);
    }
  }
}
