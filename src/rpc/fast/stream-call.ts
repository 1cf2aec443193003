import type { OutgoingHttpHeaders } from "node:http";
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { bareAnswer, lastWords } from "../answer-error.js";
import { resetError } from "../reset-error.js";
import { absoluteUrl } from "./authorities.js";
import { BodyCall, type HandBack } from "./body-call.js";
import type { BodyCollector } from "./body-collector.js";
import type { UnaryCallStart } from "./unary-call.js";

/**
 * A unary call on the bare HTTP/2 stream, without the request and response that Node makes of it:
 * those cost a fifth of the whole call.
 */
export class StreamCall extends BodyCall {
  constructor(
    start: UnaryCallStart,
    private readonly stream: ServerHttp2Stream,
    body: BodyCollector,
    /** What the answer has besides its own headers: permission for pages of other origins. */
    private readonly extra: OutgoingHttpHeaders | undefined,
    handBack: HandBack,
  ) {
    super(start, stream, body, handBack);
    stream.on("error", ignore);
  }

  get url(): string {
    const headers = this.headers as IncomingHttpHeaders;
    return absoluteUrl(headers[":path"] ?? "", headers, this.stream.session?.encrypted === true);
  }

  send(
    status: number,
    headers: OutgoingHttpHeaders,
    body?: string | Uint8Array,
    trailers?: OutgoingHttpHeaders,
  ): void {
    const { stream } = this;
    if (this.gone || stream.destroyed || stream.closed) return;
    try {
      const head = { ":status": status, ...this.extra, ...withoutConnection(headers) };
      if (trailers === undefined) {
        stream.respond(head);
      } else {
        stream.respond(head, { waitForTrailers: true });
        stream.on("wantTrailers", () => stream.sendTrailers(trailers));
      }
      stream.end(body);
    } catch (reason) {
      this.crash(reason);
    }
  }

  abandon(): void {
    this.stream.close(constants.NGHTTP2_CANCEL);
  }

  protected breakOff(): void {
    const { stream } = this;
    if (stream.headersSent || stream.destroyed) {
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    } else {
      const { status, headers, body } = bareAnswer(this.httpMethod, this.headers, lastWords);
      stream.respond({ ":status": status, ...this.extra, ...headers });
      stream.end(body);
    }
  }

  protected watch(): void {
    const { stream } = this;
    stream.once("close", () => this.left(resetError(stream.rstCode)));
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
