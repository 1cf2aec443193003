/**
 * Unary load over cleartext HTTP/2: few connections with many streams, on Node's core stream API.
 *
 * It costs about as much as a lean server does, so compare servers by their CPU per operation when
 * one of them is close to bare.
 */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { Load, LoadSpec } from "../load.js";
import { sameBody, shown } from "./check.js";
import { ClosedLoop, type Exchange, type Lane } from "./closed-loop.js";

export interface Http2Options {
  readonly path: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Trailers that every answer must end with, such as gRPC's status. */
  readonly trailers?: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly streamsPerConnection: number;
  readonly exchanges: readonly Exchange[];
}

export function http2(options: Http2Options): LoadSpec {
  return { module: import.meta.url, options };
}

interface Prepared {
  readonly request: Buffer;
  readonly response: Buffer;
}

export function createLoad(url: string, options: Http2Options): Load {
  const loop = new ClosedLoop(
    options.exchanges.map(
      (e): Prepared => ({ request: Buffer.from(e.request), response: Buffer.from(e.response) }),
    ),
  );
  let sessions: ClientHttp2Session[] = [];
  let lanes: StreamLane[] = [];
  let open = false;
  return {
    async open() {
      open = true;
      sessions = Array.from({ length: options.connections }, () => connect(url));
      await Promise.all(
        sessions.map((session) => {
          session.on("close", () => open && loop.failed("the server closed the connection"));
          return new Promise((resolve, reject) => {
            session.once("remoteSettings", resolve);
            session.on("error", (error) => {
              reject(error);
              if (open) loop.failed(`connection lost: ${error.message}`);
            });
          });
        }),
      );
      lanes = sessions.flatMap((session) =>
        Array.from(
          { length: options.streamsPerConnection },
          () => new StreamLane(loop, session, options),
        ),
      );
    },
    run: (seconds) => loop.run(lanes, seconds),
    close() {
      open = false;
      for (const session of sessions) session.destroy();
    },
  };
}

/** One stream after the other on a session. */
class StreamLane implements Lane<Prepared> {
  private readonly headers: OutgoingHttpHeaders;
  private readonly trailers: readonly [string, string][];

  constructor(
    private readonly loop: ClosedLoop<Prepared>,
    private readonly session: ClientHttp2Session,
    private readonly options: Http2Options,
  ) {
    this.headers = {
      ":method": "POST",
      ":path": options.path,
      "content-type": options.contentType,
      ...options.headers,
    };
    this.trailers = Object.entries(options.trailers ?? {});
  }

  send(exchange: Prepared): void {
    const stream = this.session.request(this.headers);
    let status: number | undefined;
    let trailers: IncomingHttpHeaders | undefined;
    let body: Buffer | undefined;
    stream.on("response", (headers) => {
      status = headers[":status"];
    });
    stream.on("data", (chunk: Buffer) => {
      body = body ? Buffer.concat([body, chunk]) : chunk;
    });
    if (this.trailers.length > 0) {
      stream.on("trailers", (received: IncomingHttpHeaders) => {
        trailers = received;
      });
    }
    stream.on("error", (error) => this.loop.failed(`stream lost: ${error.message}`));
    stream.on("close", () => this.check(exchange.response, stream, status, body, trailers));
    stream.end(exchange.request);
  }

  private check(
    expected: Buffer,
    stream: ClientHttp2Stream,
    status: number | undefined,
    body: Buffer = Buffer.alloc(0),
    trailers: IncomingHttpHeaders = {},
  ): void {
    if (
      stream.rstCode === 0 &&
      status === 200 &&
      sameBody(expected, body, this.options.contentType) &&
      this.trailers.every(([name, value]) => trailers[name] === value)
    ) {
      this.loop.answered(this);
      return;
    }
    this.loop.failed(
      `wrong answer: status ${status}, ${shown(body)} instead of ${shown(expected)}, ` +
        `trailers ${JSON.stringify(trailers)}, reset code ${stream.rstCode}`,
    );
  }
}
