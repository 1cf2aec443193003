/** Connections that are read into one shared buffer, without going through a stream. */
import { connect, type Socket } from "node:net";
import type { Tally } from "./tally.js";

const buffer = Buffer.allocUnsafe(64 * 1024);

export class Dialled {
  readonly connected: Promise<void>;
  private readonly socket: Socket;
  private closed = false;

  /** What `received` is given is overwritten by the next read. What it throws fails the round. */
  constructor(target: URL, tally: Tally, received: (bytes: Buffer, end: number) => void) {
    this.socket = connect({
      host: target.hostname,
      port: Number(target.port),
      noDelay: true,
      onread: {
        buffer,
        callback: (size) => {
          if (this.closed) return false;
          try {
            received(buffer, size);
          } catch (error) {
            tally.fail((error as Error).message);
          }
          return true;
        },
      },
    });
    this.connected = new Promise((resolve, reject) => {
      this.socket.once("connect", resolve);
      this.socket.once("error", reject);
    });
    const lost = (reason: string) => this.closed || tally.fail(`connection lost: ${reason}`);
    this.socket.on("error", (error) => lost(error.message));
    this.socket.on("close", () => lost("the server closed it"));
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  close(): void {
    this.closed = true;
    this.socket.destroy();
  }
}
