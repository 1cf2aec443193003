/** What is to be sent: everything from one turn of the event loop goes out in one write. */
import type { Socket } from "node:net";

const chunkBytes = 64 * 1024;

export class Output {
  /** Never written to twice, because the socket may hold on to what it was given. */
  private chunk = Buffer.allocUnsafe(chunkBytes);
  private written = 0;
  private scheduled = false;

  constructor(private readonly socket: Socket) {}

  send(bytes: Buffer): void {
    this.write(bytes.length, (target, at) => target.set(bytes, at));
  }

  /** Has `fill` put `length` bytes where they belong. */
  write(length: number, fill: (target: Buffer, at: number) => void): void {
    if (this.written + length > this.chunk.length) {
      this.flush();
      this.chunk = Buffer.allocUnsafe(Math.max(chunkBytes, length));
    }
    fill(this.chunk, this.written);
    this.written += length;
    if (this.scheduled) return;
    this.scheduled = true;
    process.nextTick(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.written === 0 || this.socket.destroyed) return;
    this.socket.write(this.chunk.subarray(0, this.written));
    this.chunk = this.chunk.subarray(this.written);
    this.written = 0;
  }
}
