import { constants, type Http2ServerRequest } from "node:http2";
import type { AppOptions, NodeHandler, NodeRequest, NodeResponse } from "../../src/index.js";

/** One thing that an app does differently, on purpose. */
export interface Mutation {
  readonly configuration?: string;
  /** Between the network and the app. */
  readonly wrap?: (handler: NodeHandler) => NodeHandler;
  readonly options?: Partial<AppOptions>;
}

/** Each has to be reported, at a place that matches. */
export const reported: Readonly<Record<string, Mutation & { readonly at: RegExp }>> = {
  "a header is lost": { at: /headers/, wrap: head((_, headers) => delete headers["set-cookie"]) },
  "a header is added": {
    at: /headers/,
    wrap: head((_, headers) => {
      if (headers["grpc-encoding"]) headers["x-extra"] = "1";
    }),
  },
  "the values of a header are joined": {
    at: /headers/,
    wrap: head((_, headers) => {
      const cookies = headers["set-cookie"];
      if (Array.isArray(cookies)) headers["set-cookie"] = cookies.join(", ");
    }),
  },
  "the content-length is missing": {
    at: /headers/,
    wrap: head((_, headers) => delete headers["content-length"]),
  },
  "a status is another": { at: /status/, wrap: head((status) => (status === 501 ? 500 : status)) },
  "trailers are lost": {
    at: /trailers/,
    wrap: onResponse((response) => {
      response.addTrailers = () => {};
    }),
  },
  "a trailer says something else": {
    at: /trailers/,
    wrap: onResponse((response) => {
      const loose = looselyTyped(response);
      const addTrailers = loose.addTrailers.bind(response);
      loose.addTrailers = (trailers) =>
        addTrailers(rename(trailers, "grpc-message", "grpc-massage"));
    }),
  },
  "a byte of the body is another": {
    at: /body/,
    wrap: body((chunk) => {
      if (chunk.length > 60) chunk[chunk.length - 3]! ^= 1;
      return chunk;
    }),
  },
  "a byte of a compressed body is lost": {
    at: /body/,
    wrap: body((chunk) => (chunk[0] === 0x1f ? chunk.subarray(0, -1) : chunk)),
  },
  "answers are not compressed": { at: /headers|flags/, options: { acceptCompression: [] } },
  "it is answered before the request is read": {
    at: /wire|seen/,
    wrap: () => (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end();
    },
  },
  "the connection is closed after an error, and says so": {
    at: /headers/,
    wrap: onResponse((response) => {
      if ("shouldKeepAlive" in response) response.shouldKeepAlive = false;
    }),
  },
  "the connection is closed after an answer without a word": {
    at: /follow-up|connection/,
    wrap: onResponse((response) => {
      if ("stream" in response) return;
      const { socket } = response;
      response.once("finish", () => socket?.destroySoon());
    }),
  },
  "an HTTP/2 connection is ended after an answer": {
    at: /follow-up|connection/,
    wrap: onResponse((response) => {
      if ("stream" in response) {
        const { session } = response.stream;
        response.once("finish", () => session?.close());
      }
    }),
  },
  "a stream is reset instead of ended": {
    at: /end/,
    wrap: onResponse((response) => {
      if (!("stream" in response)) return;
      response.end = () => {
        response.stream.close(constants.NGHTTP2_CANCEL);
        return response;
      };
    }),
  },
  "an interim answer comes first": {
    at: /interim/,
    wrap: onResponse((response) => {
      if ("writeProcessing" in response) response.writeProcessing();
    }),
  },
  "a request header is lost": {
    at: /seen/,
    wrap: (handler) => (request, response) => {
      delete request.headers["x-data-bin"];
      handler(request, response);
    },
  },
  "the URL is another": {
    at: /url/,
    wrap: (handler) => (request, response) => {
      request.url = request.url?.replace("?", "?x=1&");
      handler(request, response);
    },
  },
  "it is not seen that a client left (HTTP/1.1)": {
    at: /stuck/,
    wrap: onResponse((response) => {
      if ("stream" in response) return;
      const once = response.once.bind(response);
      response.once = ((event: string, listener: () => void) =>
        event === "close" ? response : once(event, listener)) as never;
    }),
  },
  "a client that left counts as one that failed (HTTP/2)": {
    at: /aborted/,
    wrap: (handler) => (request, response) => {
      if (isHttp2(request)) Object.defineProperty(request.stream, "rstCode", { get: () => 2 });
      handler(request, response);
    },
  },
  "errors are not reported": { at: /reported/, options: { onError: () => {} } },
  "interceptors are not called": {
    at: /outer in|gate/,
    configuration: "intercepted",
    options: { interceptors: [] },
  },
  "the gate is not asked": {
    at: /outer in|gate/,
    configuration: "intercepted",
    options: { requestGate: undefined },
  },
  "a limit of requests is one byte smaller": {
    at: /wire/,
    configuration: "limits",
    options: { readMaxBytes: 1_999 },
  },
  "a limit of responses is one byte smaller": {
    at: /wire/,
    configuration: "limits",
    options: { writeMaxBytes: 1_499 },
  },
  "compression begins one byte later": {
    at: /headers|flags/,
    configuration: "limits",
    options: { compressMinBytes: 101 },
  },
  "deadlines may be longer": {
    at: /wire/,
    configuration: "limits",
    options: { maxTimeoutMs: undefined },
  },
  "the protocol version is not required": {
    at: /wire/,
    configuration: "strict",
    options: { requireConnectProtocolHeader: false },
  },
  "default values are not written": {
    at: /wire/,
    configuration: "strict",
    options: { jsonOptions: { useProtoFieldName: true, ignoreUnknownFields: true } },
  },
  "a protocol is served that is off": {
    at: /wire/,
    configuration: "noConnect",
    options: { connect: true },
  },
};

/** None of these may be reported. */
export const unreported: Readonly<Record<string, Mutation>> = {
  "nothing is different": {},
  "the date is missing": {
    wrap: onResponse((response) => {
      response.sendDate = false;
    }),
  },
  "header names are written in another way": {
    wrap: onResponse((response) => {
      if ("stream" in response) return;
      const loose = looselyTyped(response);
      const writeHead = loose.writeHead.bind(response);
      loose.writeHead = (status, headers = {}) => {
        const entries = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]);
        return writeHead(status, Object.fromEntries(entries.reverse()));
      };
    }),
  },
  "the keys of an error's JSON are in another order": {
    wrap: body((chunk) => {
      const [, code, message] =
        /^\{"code":("\w+"),"message":("[^"]*")\}$/.exec(String(chunk)) ?? [];
      return code === undefined ? chunk : Buffer.from(`{"message":${message},"code":${code}}`);
    }),
  },
};

type Headers = Record<string, string | string[] | number | undefined>;

/** Both kinds of response, as far as Connect calls them. */
interface LooseResponse {
  writeHead(status: number, headers?: Headers): unknown;
  write(chunk: Uint8Array, ...rest: unknown[]): boolean;
  addTrailers(trailers: Headers): void;
}

const looselyTyped = (response: NodeResponse) => response as unknown as LooseResponse;

function onResponse(change: (response: NodeResponse) => void): Mutation["wrap"] {
  return (handler) => (request, response) => {
    change(response);
    handler(request, response);
  };
}

/** Changes the header of an answer, or its status by returning one. */
function head(change: (status: number, headers: Headers) => unknown): Mutation["wrap"] {
  return onResponse((response) => {
    const loose = looselyTyped(response);
    const writeHead = loose.writeHead.bind(response);
    loose.writeHead = (status, headers = {}) => {
      const changed = change(status, headers);
      return writeHead(typeof changed === "number" ? changed : status, headers);
    };
  });
}

function body(change: (chunk: Buffer) => Buffer): Mutation["wrap"] {
  return onResponse((response) => {
    const loose = looselyTyped(response);
    const write = loose.write.bind(response);
    loose.write = (chunk, ...rest) => write(change(Buffer.from(chunk)), ...rest);
  });
}

function rename(headers: Headers, from: string, to: string): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name === from ? to : name, value]),
  );
}

function isHttp2(request: NodeRequest): request is Http2ServerRequest {
  return "stream" in request;
}
