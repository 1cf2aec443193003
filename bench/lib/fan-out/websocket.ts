/** Subscribers over WebSocket, either plain or as socket.io speaks it. */
import { Dialled } from "./dial.js";
import { HeadReader, requestBytes } from "./http1-head.js";
import type { Tally } from "./tally.js";
import type { Connect } from "./transport.js";

export interface WebSocketOptions {
  readonly path: string;
  /** Joins socket.io's main namespace and answers its pings. */
  readonly socketIo: boolean;
}

/** The key and answer of RFC 6455's own example: the load has no cache to be protected from. */
const key = "dGhlIHNhbXBsZSBub25jZQ==";
const accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

export const connectWebSocket: Connect<WebSocketOptions> = (target, options, tally) => {
  const request = requestBytes(target, {
    method: "GET",
    path: options.path,
    headers: {
      upgrade: "websocket",
      connection: "Upgrade",
      "sec-websocket-version": "13",
      "sec-websocket-key": key,
    },
  });
  let connections: Dialled[] = [];
  return {
    async connect() {
      connections = Array.from({ length: tally.readers }, (_, reader) => {
        const head = new HeadReader(
          (text) => text.startsWith("HTTP/1.1 101") && text.includes(`: ${accept}`),
        );
        const frames = new FrameReader(tally, reader, options.socketIo, (text) =>
          dialled.write(clientFrame(text)),
        );
        const dialled = new Dialled(target, tally, (bytes, end) =>
          frames.take(bytes, head.take(bytes, end), end),
        );
        return dialled;
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

/** A whole text message in one frame. Byte 1 is the length, which 126 says is in the next two. */
const textFrame = 0x81;
const longLength = 126;

/** Takes the frames apart, wherever the reads cut them. */
class FrameReader {
  /** Bytes of the frame's head read so far: type, length, and perhaps a longer length. */
  private headAt = 0;
  private headEnd = 2;
  /** Bytes of its payload still to come. */
  private left = 0;
  /** What socket.io says before it sends messages, and its pings; `undefined` within a message. */
  private packet: string | undefined;
  private joined: boolean;

  constructor(
    private readonly tally: Tally,
    private readonly reader: number,
    private readonly socketIo: boolean,
    private readonly reply: (text: string) => void,
  ) {
    this.joined = !socketIo;
  }

  take(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) {
      if (this.headAt < this.headEnd) {
        this.head(bytes[at++] as number);
        continue;
      }
      const stop = Math.min(end, at + this.left);
      if (this.packet === undefined) this.tally.take(this.reader, bytes, at, stop);
      else this.packet += bytes.toString("latin1", at, stop);
      this.left -= stop - at;
      at = stop;
      if (this.left > 0) continue;
      this.headAt = 0;
      this.headEnd = 2;
      if (this.packet !== undefined) this.told(this.packet);
    }
  }

  private head(byte: number): void {
    const at = this.headAt++;
    if (at === 0) {
      if (byte !== textFrame) throw new Error(`WebSocket frame of type 0x${byte.toString(16)}`);
      this.left = 0;
    } else if (at === 1 && byte === longLength) {
      this.headEnd = 4;
    } else if (at === 1 && byte > longLength) {
      throw new Error("WebSocket frame that is masked or too long");
    } else {
      this.left = this.left * 256 + byte;
    }
    if (this.headAt < this.headEnd) return;
    // A packet of one letter is a ping: no message is that short.
    this.packet = !this.joined || (this.socketIo && this.left === 1) ? "" : undefined;
  }

  private told(packet: string): void {
    if (packet === "2") {
      this.reply("3");
    } else if (packet.startsWith("0{")) {
      this.reply("40");
    } else if (packet.startsWith("40{")) {
      this.joined = true;
    } else {
      throw new Error(`unexpected packet: ${JSON.stringify(packet)}`);
    }
  }
}

/** Clients must mask what they send; nothing forbids a mask of zeros. */
function clientFrame(text: string): Buffer {
  return Buffer.concat([
    Buffer.from([textFrame, 0x80 | text.length, 0, 0, 0, 0]),
    Buffer.from(text),
  ]);
}
