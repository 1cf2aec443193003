import type { IncomingMessage, ServerResponse } from "node:http";
import { abandon } from "./abandon.js";
import type { ArrivingBody } from "./request-bodies.js";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";
import { drainAfterAnswer } from "./unread-body.js";

/** The body of a request that Connect's handler reads, or does not read. */
export class RequestBody implements ArrivingBody {
  constructor(
    private readonly request: NodeRequest,
    private readonly response: NodeResponse,
    readonly mustArrive: boolean,
  ) {}

  get hasArrived(): boolean {
    const { request } = this;
    // Not the response: Node calls one destroyed that has been answered before it was asked.
    if (!("stream" in request)) return request.complete || request.destroyed;
    const { stream } = request;
    // An HTTP/2 request counts itself complete only when its body has been read to the end, which
    // for a GET need never be. The state knows as well, but costs a call into Node's core.
    const { endAfterHeaders, readableEnded, closed } = stream;
    return endAfterHeaders || readableEnded || closed || stream.state.remoteClose === 1;
  }

  /** What is left of it after its answer is read and thrown away. */
  late(): void {
    const { request, response } = this;
    if ("stream" in request) return;
    drainAfterAnswer(request as IncomingMessage, response as ServerResponse);
  }

  abandon(): void {
    abandon(this.response, "cancel");
  }
}
