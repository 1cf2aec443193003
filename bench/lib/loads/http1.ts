/**
 * Unary load over HTTP/1.1: keep-alive connections with one request in flight each.
 *
 * Written on `node:net`, because `node:http` as a client costs more than the servers it would
 * measure: requests are built once, and responses are parsed in place.
 */
import { connect, type Socket } from "node:net";
import type { Load, LoadSpec } from "../load.js";
import {
  checksOf,
  ExpectedFields,
  type ExpectedParts,
  type IsRightBody,
  sameBody,
  shown,
} from "./check.js";
import { ClosedLoop, type Exchange, type Lane } from "./closed-loop.js";
import { Http1Parser } from "./http1-response.js";
import { checkRefusal, type Refusal } from "./refusal.js";

export interface Http1Options extends Omit<ExpectedParts, "trailers"> {
  readonly path: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly exchanges: readonly Exchange[];
  readonly refusal?: Refusal;
}

export function http1(options: Http1Options): LoadSpec {
  const { refusal } = options;
  const refused = refusal ? [`${refusal.status} without ${refusal.without}`] : [];
  return { module: import.meta.url, options, checks: [...checksOf(options), ...refused] };
}

/** An exchange whose request is ready to be written. */
interface Prepared {
  readonly wire: Buffer;
  readonly response: Buffer;
}

/** @param isRight default: the same bytes or, for JSON, the same value. */
export function createLoad(url: string, options: Http1Options, isRight = sameBody): Load {
  const target = new URL(url);
  const loop = new ClosedLoop(options.exchanges.map((e) => prepare(target, options, e)));
  const expected: Expected = {
    contentType: options.contentType,
    header: new ExpectedFields(options.responseHeaders ?? {}),
    isRight,
  };
  let lanes: Connection[] = [];
  return {
    async open() {
      await checkRefusal(target, options);
      lanes = Array.from(
        { length: options.connections },
        () => new Connection(loop, target, expected),
      );
      await Promise.all(lanes.map((lane) => lane.connected));
    },
    run: (seconds) => loop.run(lanes, seconds),
    close() {
      for (const lane of lanes) lane.close();
    },
  };
}

function prepare(target: URL, options: Http1Options, exchange: Exchange): Prepared {
  const head = [
    `POST ${options.path} HTTP/1.1`,
    `host: ${target.host}`,
    `content-type: ${options.contentType}`,
    ...Object.entries(options.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${exchange.request.length}`,
    "\r\n",
  ].join("\r\n");
  return {
    wire: Buffer.concat([Buffer.from(head, "latin1"), exchange.request]),
    response: Buffer.from(exchange.response),
  };
}

interface Expected {
  readonly contentType: string;
  readonly header: ExpectedFields;
  readonly isRight: IsRightBody;
}

class Connection implements Lane<Prepared> {
  readonly connected: Promise<void>;
  private readonly socket: Socket;
  private readonly parser = new Http1Parser();
  private expected: Buffer | undefined;
  /** The beginning of a response whose rest has not arrived. */
  private held: Buffer | undefined;
  private closed = false;

  constructor(
    private readonly loop: ClosedLoop<Prepared>,
    target: URL,
    private readonly right: Expected,
  ) {
    this.socket = connect({
      host: target.hostname,
      port: Number(target.port),
      noDelay: true,
      // Reads into one buffer without going through a stream.
      onread: {
        buffer: Buffer.allocUnsafe(64 * 1024),
        callback: (size, buffer) => this.received((buffer as Buffer).subarray(0, size)),
      },
    });
    this.connected = new Promise((resolve, reject) => {
      this.socket.once("connect", resolve);
      this.socket.once("error", reject);
    });
    this.socket.on("error", (error) => this.lost(error.message));
    this.socket.on("close", () => this.lost("the server closed the connection"));
  }

  send(exchange: Prepared): void {
    this.expected = exchange.response;
    this.socket.write(exchange.wire);
  }

  close(): void {
    this.closed = true;
    this.socket.destroy();
  }

  private lost(reason: string): void {
    if (!this.closed) this.loop.failed(`connection lost: ${reason}`);
  }

  private received(bytes: Buffer): boolean {
    try {
      this.take(this.held ? Buffer.concat([this.held, bytes]) : bytes);
    } catch (error) {
      this.loop.failed((error as Error).message);
    }
    return true;
  }

  private take(data: Buffer): void {
    const { expected } = this;
    if (!expected) throw new Error(`answer to no request: ${shown(data)}`);
    const response = this.parser.parse(data);
    if (!response) {
      // Copied, because the next read overwrites it.
      this.held = Buffer.from(data);
      return;
    }
    const { status, fields, body } = response;
    if (
      status !== 200 ||
      !this.right.header.in(fields) ||
      !this.right.isRight(expected, body, this.right.contentType)
    ) {
      throw new Error(
        `wrong answer: status ${status}, ${shown(body)} instead of ${shown(expected)}, ` +
          `header ${JSON.stringify(Object.fromEntries(fields))}`,
      );
    }
    if (response.end !== data.length) throw new Error("more bytes than one answer");
    this.held = undefined;
    this.expected = undefined;
    this.loop.answered(this);
  }
}
