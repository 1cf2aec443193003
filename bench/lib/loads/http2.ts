/** Unary load over cleartext HTTP/2: few connections with many streams. */
import type { Load, LoadSpec } from "../load.js";
import { AnswerBody } from "./answer-body.js";
import {
  checksOf,
  ExpectedFields,
  type ExpectedParts,
  type IsRightBody,
  sameBody,
  shown,
} from "./check.js";
import { ClosedLoop, type Exchange, type Lane } from "./closed-loop.js";
import { type Answer, Connection } from "./http2/connection.js";
import type { Fields } from "./http2/header-decoder.js";
import { prepareRequest, type Request } from "./http2/request.js";
import { requestHeader } from "./http2/request-header.js";

export interface Http2Options extends ExpectedParts {
  readonly path: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly streamsPerConnection: number;
  readonly exchanges: readonly Exchange[];
}

export function http2(options: Http2Options): LoadSpec {
  return { module: import.meta.url, options, checks: checksOf(options) };
}

interface Prepared {
  readonly request: Request;
  readonly response: Buffer;
}

/** @param isRight default: the same bytes or, for JSON, the same value. */
export function createLoad(url: string, options: Http2Options, isRight = sameBody): Load {
  const target = new URL(url);
  const header = requestHeader([
    [":method", "POST"],
    [":scheme", "http"],
    [":authority", target.host],
    [":path", options.path],
    ["content-type", options.contentType],
    ...Object.entries(options.headers ?? {}),
  ]);
  const loop = new ClosedLoop(
    options.exchanges.map(
      ({ request, response }): Prepared => ({
        request: prepareRequest(header, request),
        response: Buffer.from(response),
      }),
    ),
  );
  const expected: Expected = {
    contentType: options.contentType,
    header: new ExpectedFields({ ...options.responseHeaders, ":status": "200" }),
    trailers: new ExpectedFields(options.trailers ?? {}),
    isRight,
  };
  let connections: Connection[] = [];
  let lanes: StreamLane[] = [];
  return {
    async open() {
      const { streamsPerConnection } = options;
      connections = Array.from(
        { length: options.connections },
        () => new Connection(target, streamsPerConnection, (reason) => loop.failed(reason)),
      );
      await Promise.all(connections.map((connection) => connection.connected));
      lanes = connections.flatMap((connection) =>
        Array.from(
          { length: streamsPerConnection },
          () => new StreamLane(loop, connection, expected),
        ),
      );
    },
    run: (seconds) => loop.run(lanes, seconds),
    close() {
      for (const connection of connections) connection.close();
    },
  };
}

interface Expected {
  readonly contentType: string;
  readonly header: ExpectedFields;
  readonly trailers: ExpectedFields;
  readonly isRight: IsRightBody;
}

/** One stream after the other on a connection. */
class StreamLane implements Lane<Prepared>, Answer {
  private response: Buffer = Buffer.alloc(0);
  private header: Fields | undefined;
  private trailers: Fields | undefined;
  private readonly content: AnswerBody;

  constructor(
    private readonly loop: ClosedLoop<Prepared>,
    private readonly connection: Connection,
    private readonly expected: Expected,
  ) {
    this.content = new AnswerBody(expected.isRight);
  }

  send({ request, response }: Prepared): void {
    this.response = response;
    this.header = undefined;
    this.trailers = undefined;
    this.content.expect(response);
    this.connection.request(request, this);
  }

  fields(fields: Fields): void {
    if (this.header) this.trailers = fields;
    else this.header = fields;
  }

  body(data: Buffer, start: number, end: number): void {
    this.content.add(data, start, end);
  }

  end(): void {
    const { expected } = this;
    if (
      expected.header.in(this.header) &&
      this.content.isRight(expected.contentType) &&
      expected.trailers.in(this.trailers)
    ) {
      this.loop.answered(this);
    } else {
      this.wrong("wrong answer");
    }
  }

  reset(code: number): void {
    this.wrong(`stream reset with code ${code}`);
  }

  private wrong(what: string): void {
    this.loop.failed(
      `${what}: header ${shownFields(this.header)}, ` +
        `${shown(this.content.received())} instead of ${shown(this.response)}, ` +
        `trailers ${shownFields(this.trailers)}`,
    );
  }
}

function shownFields(fields: Fields = new Map()): string {
  return JSON.stringify(Object.fromEntries(fields));
}
