/**
 * A client's HTTP/2 connection, for load: it knows what answers to unary calls consist of, and
 * fails on everything else that the protocol allows.
 *
 * Written on `node:net`, because `node:http2` as a client costs more than the servers it would
 * measure.
 */
import { connect, type Socket } from "node:net";
import { FrameReader, type OnFrame } from "./frame-reader.js";
import {
  defaultWindow,
  flag,
  frame,
  frameType,
  greeting,
  maxPayload,
  noError,
  setting,
  settingsAck,
  settingsIn,
  windowUpdate,
} from "./frames.js";
import { type Fields, HeaderDecoder } from "./header-decoder.js";
import { tableBytes } from "./header-table.js";
import { Output } from "./output.js";
import { type Request, writeFrames } from "./request.js";

/** Gets the answer to one request. */
export interface Answer {
  /** The header, and later perhaps the trailers. */
  fields(fields: Fields): void;
  /** A piece of the body: `data` from `start` to `end`, valid only during the call. */
  body(data: Buffer, start: number, end: number): void;
  end(): void;
  reset(code: number): void;
}

/** How much the server may send before we take note of it. */
const receiveWindow = 1024 * 1024;

/** Flags of frames that no server under test sends. */
const unsupportedFlags = flag.padded | flag.priority;

export class Connection {
  /** Resolves once the server has told its settings. */
  readonly connected: Promise<void>;
  private greeted: () => void = () => {};
  private refused: (error: Error) => void = () => {};
  private readonly socket: Socket;
  private readonly output: Output;
  private readonly headers = new HeaderDecoder();
  private readonly answers = new Map<number, Answer>();
  private nextStream = 1;
  private sendWindow = defaultWindow;
  /** Requests for which the server's window has no room. */
  private waiting: [Request, Answer][] = [];
  /** Bytes of bodies that the server was not given back yet. */
  private consumed = 0;
  private closed = false;

  constructor(
    target: URL,
    private readonly streams: number,
    private readonly onLost: (reason: string) => void,
  ) {
    const reader = new FrameReader(this.onFrame);
    this.socket = connect({
      host: target.hostname,
      port: Number(target.port),
      noDelay: true,
      // Reads into one buffer without going through a stream.
      onread: {
        buffer: Buffer.allocUnsafe(64 * 1024),
        callback: (size, buffer) => {
          try {
            reader.read((buffer as Buffer).subarray(0, size));
          } catch (error) {
            this.lost((error as Error).message);
          }
          return true;
        },
      },
    });
    this.output = new Output(this.socket);
    this.connected = new Promise((resolve, reject) => {
      this.greeted = resolve;
      this.refused = reject;
    });
    this.socket.on("error", (error) => this.lost(error.message));
    this.socket.on("close", () => this.lost("the server closed it"));
    this.output.send(greeting(receiveWindow));
  }

  request(request: Request, answer: Answer): void {
    if (request.bodyBytes > this.sendWindow) {
      this.waiting.push([request, answer]);
      return;
    }
    this.sendWindow -= request.bodyBytes;
    const stream = this.nextStream;
    this.nextStream += 2;
    this.answers.set(stream, answer);
    const frames = stream === 1 ? request.first : request.later;
    this.output.write(frames.bytes.length, (target, at) => writeFrames(frames, stream, target, at));
  }

  close(): void {
    this.closed = true;
    this.socket.destroy();
  }

  private lost(reason: string): void {
    if (this.closed) return;
    this.close();
    this.refused(new Error(reason));
    this.onLost(`connection lost: ${reason}`);
  }

  private readonly onFrame: OnFrame = (type, flags, stream, data, start, end) => {
    switch (type) {
      case frameType.data:
        return this.onData(flags, stream, data, start, end);
      case frameType.headers:
        return this.onHeaders(flags, stream, data.subarray(start, end));
      case frameType.rstStream:
        return this.onReset(stream, data.readUInt32BE(start));
      case frameType.settings:
        return this.onSettings(flags, data.subarray(start, end));
      case frameType.ping:
        if (flags & flag.ack) return;
        return this.output.send(frame(type, flag.ack, 0, data.subarray(start, end)));
      case frameType.goaway:
        return this.lost(`GOAWAY with code ${data.readUInt32BE(start + 4)}`);
      case frameType.windowUpdate:
        return this.onWindowUpdate(stream, data.readUInt32BE(start));
      case frameType.pushPromise:
      case frameType.continuation:
        throw new Error(`unsupported frame of type ${type}`);
    }
  };

  private onHeaders(flags: number, stream: number, block: Buffer): void {
    if (flags & unsupportedFlags || !(flags & flag.endHeaders)) {
      throw new Error(`unsupported HEADERS, flags ${flags}`);
    }
    const answer = this.answerOn(stream);
    answer.fields(this.headers.decode(block));
    if (flags & flag.endStream) this.end(stream, answer);
  }

  private onData(flags: number, stream: number, data: Buffer, start: number, end: number): void {
    if (flags & unsupportedFlags) throw new Error(`unsupported DATA, flags ${flags}`);
    const answer = this.answerOn(stream);
    answer.body(data, start, end);
    this.consumed += end - start;
    if (this.consumed > receiveWindow / 2) {
      this.output.send(windowUpdate(this.consumed));
      this.consumed = 0;
    }
    if (flags & flag.endStream) this.end(stream, answer);
  }

  private answerOn(stream: number): Answer {
    const answer = this.answers.get(stream);
    if (!answer) throw new Error(`answer on stream ${stream}, which is not open`);
    return answer;
  }

  private end(stream: number, answer: Answer): void {
    this.answers.delete(stream);
    answer.end();
  }

  /** A server may say so when it is done with a stream that has ended; anything else is wrong. */
  private onReset(stream: number, code: number): void {
    const answer = this.answers.get(stream);
    if (answer) answer.reset(code);
    else if (code !== noError) throw new Error(`stream ${stream} reset with code ${code}`);
  }

  private onSettings(flags: number, payload: Buffer): void {
    if (flags & flag.ack) return;
    for (const [id, value] of settingsIn(payload)) {
      const least = this.needed(id);
      if (value < least) throw new Error(`setting ${id} is ${value}, the load needs ${least}`);
    }
    this.output.send(settingsAck);
    this.greeted();
  }

  private needed(id: number): number {
    switch (id) {
      case setting.headerTableSize:
        return tableBytes;
      case setting.maxConcurrentStreams:
        return this.streams;
      case setting.initialWindowSize:
        return maxPayload;
      default:
        return 0;
    }
  }

  private onWindowUpdate(stream: number, increment: number): void {
    // A request never needs more than the window that its stream begins with.
    if (stream !== 0) return;
    this.sendWindow += increment;
    const { waiting } = this;
    this.waiting = [];
    for (const [request, answer] of waiting) this.request(request, answer);
  }
}
