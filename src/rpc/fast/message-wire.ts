import type { OutgoingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import { abandon } from "../abandon.js";
import { answerError, lastWords } from "../answer-error.js";
import { resetError } from "../reset-error.js";
import type { NodeRequest, NodeResponse } from "../server/node-handler.js";
import { absoluteUrl } from "./authorities.js";
import type { ByteOutlet, Wire } from "./wire.js";

/** A request and a response of HTTP/1.1, or what Node makes of a stream of HTTP/2. */
export class MessageWire implements Wire {
  constructor(
    readonly source: NodeRequest,
    private readonly response: NodeResponse,
  ) {}

  get url(): string {
    const { url, headers, socket } = this.source;
    const encrypted = "encrypted" in socket && socket.encrypted === true;
    return absoluteUrl(url ?? "", headers, encrypted);
  }

  get isBodiless(): boolean {
    const { source } = this;
    if ("stream" in source) return source.stream.endAfterHeaders;
    const { "content-length": length = "0", "transfer-encoding": coding } = source.headers;
    return length === "0" && coding === undefined;
  }

  get isClosed(): boolean {
    return isClosed(this.response);
  }

  send(
    status: number,
    headers: OutgoingHttpHeaders,
    body?: string | Uint8Array,
    trailers?: OutgoingHttpHeaders,
  ): void {
    const { response } = this;
    response.writeHead(status, headers);
    if (trailers !== undefined) response.addTrailers(trailers);
    // Node's types do not see that both kinds of response take the same.
    const end = response.end as (body?: string | Uint8Array, encoding?: "latin1") => void;
    if (typeof body === "string" && isAscii(body)) {
      // Node writes a text and the header before it at once, and in one encoding: not UTF-8, in
      // which bytes of a header above 127 would become two.
      end.call(response, body, "latin1");
    } else {
      end.call(response, typeof body === "string" ? Buffer.from(body) : body);
    }
  }

  open(headers: OutgoingHttpHeaders): ByteOutlet {
    const { response } = this;
    response.writeHead(200, headers);
    // HTTP/2 sends them at once.
    if ("stream" in response) return new ResponseOutlet(response);
    response.flushHeaders();
    const { socket, chunkedEncoding } = response;
    return socket !== null && chunkedEncoding
      ? new SocketOutlet(socket, response)
      : new ResponseOutlet(response);
  }

  fail(): void {
    const { source, response } = this;
    if (response.headersSent || response.destroyed) abandon(response, "failed");
    else answerError(source, response, lastWords);
  }

  abandon(): void {
    abandon(this.response, "cancel");
  }

  onClose(callback: (reason: ConnectError | undefined) => void): void {
    const { source, response } = this;
    response.once("close", () => {
      if ("stream" in source) callback(resetError(source.stream.rstCode));
      else callback(source.errored ? ConnectError.from(source.errored, Code.Aborted) : undefined);
    });
  }
}

/** HTTP/2's responses do not say. */
function isClosed(response: NodeResponse): boolean {
  if (!("stream" in response)) return response.destroyed;
  return response.stream.destroyed || response.stream.closed;
}

/** Whatever Node makes of bytes that are written to a response. */
class ResponseOutlet implements ByteOutlet {
  readonly chunked: boolean = false;

  constructor(protected readonly response: NodeResponse) {}

  write(bytes: Uint8Array): boolean {
    const { response } = this;
    if (isClosed(response) || response.writableEnded) return true;
    // Node's types do not see that both kinds of response take the same.
    return (response.write as (bytes: Uint8Array) => boolean)(bytes);
  }

  onDrain(callback: () => void): void {
    this.response.on("drain", callback);
  }

  end(bytes: Uint8Array | undefined, trailers: OutgoingHttpHeaders | undefined): void {
    const { response } = this;
    if (isClosed(response)) return;
    if (trailers !== undefined) response.addTrailers(trailers);
    (response.end as (bytes?: Uint8Array) => void)(bytes);
  }

  fail(): void {
    abandon(this.response, "failed");
  }
}

/**
 * Past the response to the socket, with bytes that are a chunk already: the same one goes to all
 * subscribers, where the response would make three writes for each of them.
 */
class SocketOutlet extends ResponseOutlet {
  override readonly chunked = true;

  constructor(
    private readonly socket: Socket,
    response: NodeResponse,
  ) {
    super(response);
  }

  override write(bytes: Uint8Array): boolean {
    const { socket } = this;
    return socket.destroyed || socket.writableEnded || socket.write(bytes);
  }

  override onDrain(callback: () => void): void {
    const { socket, response } = this;
    socket.on("drain", callback);
    // The socket may carry other requests after this one.
    response.once("close", () => socket.off("drain", callback));
  }
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
