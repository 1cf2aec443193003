import type { OutgoingHttpHeaders } from "node:http";
import type { IncomingHttpHeaders } from "node:http2";
import { type CorsOptions, type CorsPolicy, compileCors, type RawHeaders } from "./cors-policy.js";
import type { NodeHandler, NodeRequest, NodeResponse } from "./node-handler.js";

/**
 * Lets pages of other origins call `handler`, in browsers that ask (CORS): answers preflights, and
 * adds to the answers of calls what lets the page read them. A page that may not call gets 403 for
 * its preflight; a call that needs none is answered as always, and its browser hides the answer.
 *
 * Requests without an `origin` header pass untouched, except that GET answers get `vary: Origin`
 * where they would differ for a page: a cache may keep them.
 *
 * The headers are set on the response before `handler` runs. A handler that answers past them, on
 * the HTTP/2 stream itself, must take them from {@link corsHeaders} instead.
 */
export function corsHandler(options: CorsOptions | CorsPolicy, handler: NodeHandler): NodeHandler {
  const policy = "preflightHeaders" in options ? options : compileCors(options);
  return (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined) {
      if (policy.varies && request.method === "GET") setAll(response, ["vary", "Origin"]);
      handler(request, response);
    } else if (isPreflight(request)) {
      answerPreflight(policy, origin, response);
    } else {
      setAll(response, policy.responseHeaders(origin));
      handler(request, response);
    }
  };
}

/** The same for whoever answers on HTTP/2 streams: what an answer has to have, if anything. */
export function corsHeaders(
  policy: CorsPolicy,
  { ":method": method, origin }: IncomingHttpHeaders,
): OutgoingHttpHeaders | undefined {
  if (origin !== undefined) return asObject(policy.responseHeaders(origin));
  return policy.varies && method === "GET" ? { vary: "Origin" } : undefined;
}

function asObject(headers: RawHeaders): OutgoingHttpHeaders {
  const result: OutgoingHttpHeaders = {};
  for (let at = 0; at < headers.length; at += 2) result[headers[at]!] = headers[at + 1];
  return result;
}

function isPreflight({ method, headers }: NodeRequest): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

function answerPreflight(policy: CorsPolicy, origin: string, response: NodeResponse): void {
  const headers = policy.preflightHeaders(origin);
  setAll(response, headers ?? policy.responseHeaders(origin));
  response.writeHead(headers ? 204 : 403);
  response.end();
}

function setAll(response: NodeResponse, headers: RawHeaders): void {
  for (let at = 0; at < headers.length; at += 2) {
    response.setHeader(headers[at] as string, headers[at + 1] as string);
  }
}
