import type { OutgoingHttpHeaders } from "node:http";
import { abandon } from "../abandon.js";
import { answerError, lastWords } from "../answer-error.js";
import { resetError } from "../reset-error.js";
import type { NodeRequest, NodeResponse } from "../server/node-handler.js";
import { absoluteUrl } from "./authorities.js";
import { BodyCall, type HandBack } from "./body-call.js";
import type { BodyCollector } from "./body-collector.js";
import type { UnaryCallStart } from "./unary-call.js";

/** A unary call of HTTP/1.1, or one that comes as a request and a response of HTTP/2. */
export class MessageCall extends BodyCall {
  constructor(
    start: UnaryCallStart,
    private readonly request: NodeRequest,
    private readonly response: NodeResponse,
    body: BodyCollector,
    handBack: HandBack,
  ) {
    super(start, request, body, handBack);
  }

  get url(): string {
    const { url, headers, socket } = this.request;
    const encrypted = "encrypted" in socket && socket.encrypted === true;
    return absoluteUrl(url ?? "", headers, encrypted);
  }

  send(
    status: number,
    headers: OutgoingHttpHeaders,
    body?: string | Uint8Array,
    trailers?: OutgoingHttpHeaders,
  ): void {
    if (this.gone) return;
    const { response } = this;
    try {
      response.writeHead(status, headers);
      if (trailers !== undefined) response.addTrailers(trailers);
      // Node's types do not see that both kinds of response take the same.
      (response.end as (body?: string | Uint8Array) => void)(body);
    } catch (reason) {
      this.crash(reason);
    }
  }

  abandon(): void {
    abandon(this.response, "cancel");
  }

  protected breakOff(): void {
    const { request, response } = this;
    if (response.headersSent || response.destroyed) abandon(response, "failed");
    else answerError(request, response, lastWords);
  }

  protected watch(): void {
    const { request, response } = this;
    response.once("close", () => {
      this.left("stream" in request ? resetError(request.stream.rstCode) : undefined);
    });
  }
}
