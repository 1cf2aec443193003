/**
 * Subscribers over cleartext HTTP/2: streams on a few connections.
 *
 * Written on `node:net`, because Node's own HTTP/2 client costs more for each DATA frame than the
 * servers do that are measured with it.
 */
import { Dialled } from "./dial.js";
import {
  flag,
  frame,
  frameHeadBytes,
  frameType,
  isOk,
  largestWindow,
  preface,
  request,
  windowUpdate,
} from "./http2-frames.js";
import type { Tally } from "./tally.js";
import type { Connect, Subscribe } from "./transport.js";

export interface Http2Options {
  readonly subscribe: Subscribe;
  readonly connections: number;
  /**
   * Bytes that the server may send on each stream; by default as many as can be said. It is never
   * enlarged: two gigabytes are more than a subscriber gets in a round.
   */
  readonly streamWindow?: number;
}

export const connectHttp2: Connect<Http2Options> = (target, options, tally) => {
  let connections: Connection[] = [];
  return {
    async connect() {
      connections = Array.from(
        { length: options.connections },
        (_, index) => new Connection(target, options, tally, index),
      );
      await Promise.all(connections.map(({ ready }) => ready));
    },
    subscribe() {
      for (const connection of connections) connection.subscribe();
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
};

/** Much is left of a connection's window when it is enlarged again. */
const renewAfter = 2 ** 30;

class Connection {
  /** Once the server has sent its settings, so that requests are subject to them. */
  readonly ready: Promise<void>;
  private readonly dialled: Dialled;
  private settled: () => void = () => {};
  /** The part of a frame's head that came with an earlier read. */
  private readonly head = Buffer.alloc(frameHeadBytes);
  private headBytes = 0;
  /** The frame whose payload is being read. */
  private type = 0;
  private flags = 0;
  private stream = 0;
  private left = 0;
  private payload: Buffer[] = [];
  private unacknowledged = 0;
  /** Reader of stream number 1; the streams are 1, 3, 5, … */
  private readonly firstReader: number;
  private readonly streams: number;
  private readonly answered: Uint8Array;

  constructor(
    private readonly target: URL,
    private readonly options: Http2Options,
    private readonly tally: Tally,
    index: number,
  ) {
    const share = (part: number) => Math.floor((part * tally.readers) / options.connections);
    this.firstReader = share(index);
    this.streams = share(index + 1) - this.firstReader;
    this.answered = new Uint8Array(this.streams);
    this.dialled = new Dialled(target, tally, (bytes, end) => this.received(bytes, end));
    const settled = new Promise<void>((resolve) => {
      this.settled = resolve;
    });
    this.ready = this.dialled.connected.then(() => {
      this.dialled.write(preface(options.streamWindow ?? largestWindow));
      return tally.unlessFailing(settled);
    });
  }

  subscribe(): void {
    const requests = Array.from({ length: this.streams }, (_, index) =>
      request(this.target, this.options.subscribe, 2 * index + 1),
    );
    this.dialled.write(Buffer.concat(requests));
  }

  close(): void {
    this.dialled.close();
  }

  private received(bytes: Buffer, end: number): void {
    for (let at = 0; at < end; ) {
      if (this.left > 0) {
        const stop = Math.min(end, at + this.left);
        this.body(bytes, at, stop);
        this.left -= stop - at;
        at = stop;
      } else {
        at = this.begin(bytes, at, end);
        // All of the head must be there before the payload, which may be empty.
        if (this.headBytes > 0) return;
      }
      if (this.left === 0) this.end();
    }
  }

  /** Reads a frame's head, or as much of it as has come. Returns where that ends. */
  private begin(bytes: Buffer, at: number, end: number): number {
    let [head, from, next] = [bytes, at, at + frameHeadBytes];
    if (this.headBytes > 0 || next > end) {
      next = Math.min(end, at + frameHeadBytes - this.headBytes);
      this.headBytes += bytes.copy(this.head, this.headBytes, at, next);
      if (this.headBytes < frameHeadBytes) return next;
      this.headBytes = 0;
      [head, from] = [this.head, 0];
    }
    this.left = head.readUIntBE(from, 3);
    this.type = head[from + 3] as number;
    this.flags = head[from + 4] as number;
    this.stream = head.readUInt32BE(from + 5);
    if (this.type === frameType.data) this.beginData();
    return next;
  }

  private beginData(): void {
    if (this.flags !== 0) throw this.wrong("the server ended it, or pads");
    if (!this.answered[(this.stream - 1) / 2]) throw this.wrong("data before headers");
    this.unacknowledged += this.left;
    if (this.unacknowledged < renewAfter) return;
    this.dialled.write(windowUpdate(this.unacknowledged));
    this.unacknowledged = 0;
  }

  private body(bytes: Buffer, start: number, end: number): void {
    if (this.type === frameType.data) {
      this.tally.take(this.firstReader + (this.stream - 1) / 2, bytes, start, end);
    } else {
      // Copied, because the next read overwrites it.
      this.payload.push(Buffer.from(bytes.subarray(start, end)));
    }
  }

  private end(): void {
    if (this.type === frameType.data) return;
    const payload = Buffer.concat(this.payload);
    this.payload = [];
    switch (this.type) {
      case frameType.headers:
        this.headers(payload);
        break;
      case frameType.settings:
        if (this.flags & flag.ack) break;
        this.dialled.write(frame(frameType.settings, flag.ack, 0, payload.subarray(0, 0)));
        this.settled();
        break;
      case frameType.ping:
        if (this.flags & flag.ack) break;
        this.dialled.write(frame(frameType.ping, flag.ack, 0, payload));
        break;
      case frameType.reset:
        throw this.wrong(`reset with code ${payload.readUInt32BE(0)}`);
      case frameType.goAway:
        throw this.wrong(`connection ended with code ${payload.readUInt32BE(4)}`);
      case frameType.windowUpdate:
        break;
      default:
        throw this.wrong(`frame of type ${this.type}`);
    }
  }

  private headers(block: Buffer): void {
    const index = (this.stream - 1) / 2;
    // A second block would be trailers.
    if (this.flags !== flag.endHeaders || this.answered[index] !== 0 || !isOk(block)) {
      throw this.wrong(`header block ${block.toString("hex")}, flags ${this.flags}`);
    }
    this.answered[index] = 1;
  }

  private wrong(what: string): Error {
    return new Error(`stream ${this.stream}: ${what}`);
  }
}
