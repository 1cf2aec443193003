/** Subscribers over HTTP/1.1: a connection each, which answers with a chunked response. */
import { Dialled } from "./dial.js";
import { HeadReader, requestBytes } from "./http1-head.js";
import type { Tally } from "./tally.js";
import type { Connect, Subscribe } from "./transport.js";

export interface Http1Options {
  readonly subscribe: Subscribe;
}

export const connectHttp1: Connect<Http1Options> = (target, options, tally) => {
  const request = requestBytes(target, options.subscribe);
  let connections: Dialled[] = [];
  return {
    async connect() {
      connections = Array.from({ length: tally.readers }, (_, reader) => {
        const head = new HeadReader(
          (text) =>
            text.startsWith("HTTP/1.1 200") &&
            /\r\ntransfer-encoding: *chunked *(\r|$)/i.test(text),
        );
        const chunks = new ChunkReader(tally, reader);
        return new Dialled(target, tally, (bytes, end) =>
          chunks.take(bytes, head.take(bytes, end), end),
        );
      });
      await Promise.all(connections.map(({ connected }) => connected));
    },
    subscribe() {
      for (const connection of connections) connection.write(request);
    },
    close() {
      for (const connection of connections) connection.close();
    },
  };
};

const [cr, lf] = [13, 10];

/** Takes the chunks apart, wherever the reads cut them. */
class ChunkReader {
  private inside: "size" | "data" | "end" = "size";
  private size = 0;

  constructor(
    private readonly tally: Tally,
    private readonly reader: number,
  ) {}

  take(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) {
      if (this.inside === "data") {
        const stop = Math.min(end, at + this.size);
        this.tally.take(this.reader, bytes, at, stop);
        this.size -= stop - at;
        if (this.size === 0) this.inside = "end";
        at = stop;
        continue;
      }
      const byte = bytes[at++] as number;
      if (byte === cr) continue;
      if (this.inside === "size") {
        if (byte === lf) this.begin();
        else this.size = this.size * 16 + hexDigit(byte);
      } else if (byte === lf) {
        this.inside = "size";
      } else {
        throw new Error("malformed chunk");
      }
    }
  }

  private begin(): void {
    if (this.size === 0) throw new Error("the server ended a subscription");
    this.inside = "data";
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 0x20;
  if (letter >= 97 && letter <= 102) return letter - 87;
  throw new Error("malformed chunk size");
}
