import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { RequestBodies } from "../request-bodies.js";
import type { NodeRequest, NodeResponse } from "../server/node-handler.js";
import { Authorities, authorityOf } from "./authorities.js";
import { BodyCollector } from "./body-collector.js";
import { uncompressed } from "./compressions.js";
import { timeoutOf } from "./deadline.js";
import type { FastMethod, FastRoute } from "./fast-route.js";
import { formatsByContentType } from "./formats.js";
import type { CallHead, HandBack } from "./incoming-call.js";
import { MessageWire } from "./message-wire.js";
import { type QueryMessage, queryMessage } from "./query-message.js";
import { StreamWire } from "./stream-wire.js";
import type { Wire } from "./wire.js";

/**
 * Answers unary calls and subscriptions directly on what Node hands out, where all about them is
 * ordinary. Whatever is not (other content types, unknown encodings, deadlines that are none) is
 * left alone, for the complete handler to answer or to refuse.
 */
export class FastPath {
  readonly #methods: ReadonlyMap<string, FastMethod>;
  readonly #bodies: RequestBodies;
  readonly #authorities = new Authorities();

  /** `methods` by their paths. */
  constructor(methods: ReadonlyMap<string, FastMethod>, bodies: RequestBodies) {
    this.#methods = methods;
    this.#bodies = bodies;
  }

  /** Answers a request, or returns false and has not touched it. */
  takeMessage(request: NodeRequest, response: NodeResponse, handBack: HandBack): boolean {
    const { method = "", url = "", headers } = request;
    const found = this.#find(method, url, headers);
    // Middleware has put something in between (compression, mostly) that Connect knows to flush.
    if (Object.hasOwn(response, "write")) return false;
    // Answers of gRPC end with trailers, which few clients of HTTP/1.1 know.
    if (found?.route.format.protocolName === "grpc" && !("stream" in request)) return false;
    const head = found && this.#head(found, method, headers);
    if (head === undefined) return false;
    return this.#begin(found!, head, new MessageWire(request, response), handBack);
  }

  /**
   * The same for a stream of HTTP/2 that Node has not made a request of. `extra` are headers that
   * the answer has to have besides its own.
   */
  takeStream(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    extra: OutgoingHttpHeaders | undefined,
    handBack: HandBack,
  ): boolean {
    // Node answers what is expected of it on the request that it makes.
    if (headers.expect !== undefined) return false;
    const method = headers[":method"] as string;
    const found = this.#find(method, headers[":path"] as string, headers);
    const head = found && this.#head(found, method, headers);
    if (head === undefined) return false;
    return this.#begin(found!, head, new StreamWire(stream, headers, extra), handBack);
  }

  /** The route of a request, by its path and content type or query. */
  #find(httpMethod: string, url: string, headers: IncomingHttpHeaders): Found | undefined {
    if (httpMethod === "POST") {
      const format = formatsByContentType.get(headers["content-type"] ?? "");
      if (format === undefined) return undefined;
      const query = url.indexOf("?");
      const method = this.#methods.get(query === -1 ? url : url.slice(0, query));
      const route = method?.byFormat.get(format);
      return route === undefined ? undefined : { route, query: undefined };
    }
    if (httpMethod !== "GET" || headers["content-type"] !== undefined) return undefined;
    const at = url.indexOf("?");
    const method = this.#methods.get(url.slice(0, at));
    if (at === -1 || method === undefined || !method.allowsGet) return undefined;
    const query = queryMessage(url.slice(at));
    const route = query && method.byFormat.get(query.format);
    return route === undefined ? undefined : { route, query };
  }

  /** What its headers say; undefined for anything that is better looked at by Connect. */
  #head(
    { route, query }: Found,
    httpMethod: string,
    headers: IncomingHttpHeaders,
  ): CallHead | undefined {
    const { format, settings } = route;
    const length = format.enveloped ? undefined : headers["content-length"];
    if (length !== undefined && !(Number(length) <= settings.readMaxBytes)) return undefined;
    if (!this.#authorities.isUsable(authorityOf(headers))) return undefined;
    if (settings.requireConnectProtocolHeader && !saysVersion(route, query, headers)) {
      return undefined;
    }
    const timeout = headers[format.timeout];
    const timeoutMs = timeout === undefined ? undefined : timeoutOf(format, timeout as string);
    if (timeoutMs !== undefined && !(timeoutMs <= settings.maxTimeoutMs)) return undefined;
    const encoding = query === undefined ? headers[format.encoding] : query.compression;
    const accepted = headers[format.acceptEncoding] as string | undefined;
    if (encoding === undefined && (accepted === undefined || !format.enveloped)) {
      const negotiated = accepted === undefined ? uncompressed : undefined;
      return { httpMethod, headers, timeoutMs, negotiated };
    }
    const negotiated = settings.compressions.negotiate(encoding as string | undefined, accepted);
    return negotiated && { httpMethod, headers, timeoutMs, negotiated };
  }

  #begin({ route, query }: Found, head: CallHead, wire: Wire, handBack: HandBack): boolean {
    if (query !== undefined && !wire.isBodiless) return false;
    const call = route.begin(head, wire, bodyOf(route, head), handBack);
    if (call === undefined) return false;
    if (query !== undefined) {
      call.readQuery(query.message);
    } else {
      this.#bodies.watch(call);
      call.read();
    }
    return true;
  }
}

interface Found {
  readonly route: FastRoute;
  readonly query: QueryMessage | undefined;
}

function bodyOf({ format, settings }: FastRoute, { headers }: CallHead): BodyCollector {
  const length = headers["content-length"];
  const known = format.enveloped || length === undefined ? undefined : Number(length);
  return new BodyCollector(format.enveloped, settings.readMaxBytes, known);
}

function saysVersion(
  { format }: FastRoute,
  query: QueryMessage | undefined,
  headers: IncomingHttpHeaders,
): boolean {
  if (format.protocolName !== "connect") return true;
  if (query !== undefined) return query.version === "v1";
  return headers["connect-protocol-version"] === "1";
}
