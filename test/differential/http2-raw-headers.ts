import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { field, frame, frameType, preface } from "../server/h2-frames.js";
import type { HeaderLine } from "./case.js";

/** The flags of a HEADERS frame that ends its stream, and of one that is complete. */
const endStream = 1;
const endHeaders = 4;
/** What a server takes that says nothing else. */
const maxFrameBytes = 16_384;

/**
 * Stands between Node's HTTP/2 client and a server, and replaces each header (and trailer) that the
 * client sends by lines of our own: Node refuses to send, or repairs, much of what a server has to
 * cope with. All fields are sent as literals, so that no compression state is shared. What the
 * server sends passes as it is.
 *
 * It is a relay with a port of its own, because Node's client stalls now and then on streams that
 * are no sockets (20.20).
 */
export class RawHeaders {
  readonly #server: Socket;
  /** Headers of requests to come, in their order. */
  readonly #queue: (readonly HeaderLine[])[] = [];
  readonly #trailers = new Map<number, readonly HeaderLine[]>();
  readonly #opened = new Set<number>();
  #rest: Buffer = Buffer.alloc(0);
  #prefaceSeen = false;

  /** What is returned is the socket for the client to use. */
  static async between(port: number): Promise<{ headers: RawHeaders; socket: Socket }> {
    const listener = createServer({ noDelay: true }).listen(0, "127.0.0.1");
    await once(listener, "listening");
    const accepted = once(listener, "connection");
    const socket = open((listener.address() as AddressInfo).port);
    const server = open(port);
    const [[client]] = await Promise.all([
      accepted,
      once(socket, "connect"),
      once(server, "connect"),
    ]);
    listener.close();
    return { headers: new RawHeaders(client as Socket, server), socket };
  }

  private constructor(client: Socket, server: Socket) {
    this.#server = server;
    server.pipe(client);
    client.on("data", (chunk: Buffer) => this.#forward(chunk));
    client.on("end", () => server.end());
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on("error", () => {});
      one.on("close", () => other.destroySoon());
    }
  }

  /** What the next request's header is to be; to be called right before it is made. */
  next(header: readonly HeaderLine[]): void {
    this.#queue.push(header);
  }

  /** What the trailers of a stream are to be. */
  trailers(stream: number, lines: readonly HeaderLine[]): void {
    this.#trailers.set(stream, lines);
  }

  #forward(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const out: Buffer[] = [];
    let at = 0;
    if (!this.#prefaceSeen && bytes.length >= preface.length) {
      this.#prefaceSeen = true;
      at = preface.length;
      out.push(preface);
    }
    while (this.#prefaceSeen && at + 9 <= bytes.length) {
      const end = at + 9 + bytes.readUIntBE(at, 3);
      if (bytes.length < end) break;
      out.push(this.#replaced(bytes.subarray(at, end)));
      at = end;
    }
    this.#rest = bytes.subarray(at);
    if (out.length > 0 && this.#server.writable) this.#server.write(Buffer.concat(out));
  }

  #replaced(bytes: Buffer): Buffer {
    if (bytes[3] !== frameType.headers) return bytes;
    const stream = bytes.readUInt32BE(5);
    const isTrailer = this.#opened.has(stream);
    this.#opened.add(stream);
    const lines = isTrailer ? this.#trailers.get(stream) : this.#queue.shift();
    this.#trailers.delete(stream);
    const block = Buffer.concat((lines ?? []).map(([name, value]) => field(name, value)));
    return headerFrames(stream, bytes[4]! & endStream, block);
  }
}

/** HEADERS, and CONTINUATION as often as it takes. */
function headerFrames(stream: number, flags: number, block: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < block.length; at += maxFrameBytes) {
    const [type, own] = at === 0 ? [frameType.headers, flags] : [frameType.continuation, 0];
    const last = at + maxFrameBytes >= block.length ? endHeaders : 0;
    frames.push(frame(type, own | last, stream, block.subarray(at, at + maxFrameBytes)));
  }
  return Buffer.concat(frames);
}

function open(port: number): Socket {
  return connect({ host: "127.0.0.1", port, noDelay: true });
}
