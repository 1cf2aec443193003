import type { OutgoingHttpHeaders } from "node:http";
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { ConnectError } from "@connectrpc/connect";
import { bareAnswer, lastWords } from "../answer-error.js";
import { resetError } from "../reset-error.js";
import { absoluteUrl } from "./authorities.js";
import type { ByteOutlet, Wire } from "./wire.js";

/**
 * A bare HTTP/2 stream, without the request and response that Node makes of it: those cost a fifth
 * of a whole call.
 */
export class StreamWire implements Wire {
  constructor(
    readonly source: ServerHttp2Stream,
    private readonly headers: IncomingHttpHeaders,
    /** What the answer has besides its own headers: permission for pages of other origins. */
    private readonly extra: OutgoingHttpHeaders | undefined,
  ) {
    source.on("error", ignore);
  }

  get url(): string {
    const { headers, source } = this;
    return absoluteUrl(headers[":path"] ?? "", headers, source.session?.encrypted === true);
  }

  get isBodiless(): boolean {
    return this.source.endAfterHeaders;
  }

  get isClosed(): boolean {
    return this.source.destroyed || this.source.closed;
  }

  send(
    status: number,
    headers: OutgoingHttpHeaders,
    body?: string | Uint8Array,
    trailers?: OutgoingHttpHeaders,
  ): void {
    const { source } = this;
    const head = { ":status": status, ...this.extra, ...withoutConnection(headers) };
    if (trailers === undefined) {
      source.respond(head);
    } else {
      source.respond(head, { waitForTrailers: true });
      source.on("wantTrailers", () => source.sendTrailers(trailers));
    }
    source.end(body);
  }

  open(headers: OutgoingHttpHeaders, withTrailers: boolean): ByteOutlet {
    const { source } = this;
    if (!this.isClosed) {
      const head = { ":status": 200, ...this.extra, ...headers };
      source.respond(head, { waitForTrailers: withTrailers });
    }
    return new StreamOutlet(source);
  }

  fail(): void {
    const { source, headers } = this;
    if (source.headersSent || source.destroyed) {
      source.close(constants.NGHTTP2_INTERNAL_ERROR);
    } else {
      const answer = bareAnswer(headers[":method"], headers, lastWords);
      source.respond({ ":status": answer.status, ...this.extra, ...answer.headers });
      source.end(answer.body);
    }
  }

  abandon(): void {
    this.source.close(constants.NGHTTP2_CANCEL);
  }

  onClose(callback: (reason: ConnectError | undefined) => void): void {
    const { source } = this;
    source.once("close", () => callback(resetError(source.rstCode)));
  }
}

class StreamOutlet implements ByteOutlet {
  readonly chunked = false;

  constructor(private readonly stream: ServerHttp2Stream) {}

  write(bytes: Uint8Array): boolean {
    const { stream } = this;
    return stream.destroyed || stream.writableEnded || stream.write(bytes);
  }

  onDrain(callback: () => void): void {
    this.stream.on("drain", callback);
  }

  end(bytes: Uint8Array | undefined, trailers: OutgoingHttpHeaders | undefined): void {
    const { stream } = this;
    if (stream.destroyed) return;
    if (trailers !== undefined) stream.once("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end(bytes);
  }

  fail(): void {
    this.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}

/** Why a stream was reset is in its code, which is looked at when it closes. */
function ignore(): void {}

/** Headers of HTTP/1.1 connections: Node's responses leave them out, its streams refuse them. */
const connectionHeaders = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
];

function withoutConnection(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  // Those that Sluice makes itself have a prototype.
  if (Object.getPrototypeOf(headers) !== null) return headers;
  for (const name of connectionHeaders) delete headers[name];
  return headers;
}
