import http2 from "node:http2";
import { type PartialAnswer, type RawCall, type RawClient, readAll } from "./raw-http.js";

/** HTTP/2, all requests on one connection. */
export interface RawHttp2 extends RawClient {
  readonly session: http2.ClientHttp2Session;
}

export function rawHttp2(
  url: string,
  options?: http2.ClientSessionOptions | http2.SecureClientSessionOptions,
): RawHttp2 {
  // Node's client goes on counting what it had queued on streams that were reset, up to 10 MB.
  const session = http2.connect(url, { maxSessionMemory: 1_000, ...options });
  session.on("error", () => {});
  const open: RawClient["open"] = ({ method = "POST", path, headers }) =>
    callOf(session.request({ ":method": method, ":path": path, ...headers }));
  return {
    session,
    open,
    async ask({ body = "", ...request }) {
      const call = open(request);
      if (body.length > 0) call.send(body).catch(() => {});
      call.finish();
      return (await call.answer).rest();
    },
    async [Symbol.asyncDispose]() {
      session.destroy();
    },
  };
}

function callOf(stream: http2.ClientHttp2Stream): RawCall {
  const answer = new Promise<PartialAnswer>((resolve, reject) => {
    stream.on("error", reject);
    stream.on("close", () => reject(new Error(`stream closed with code ${stream.rstCode}`)));
    stream.on("response", ({ ":status": status = 0, ...headers }) => {
      let trailers = {};
      stream.on("trailers", (received) => {
        trailers = received;
      });
      resolve({
        status,
        headers,
        body: stream,
        rest: async () => ({ status, headers, body: await readAll(stream), trailers }),
      });
    });
  });
  answer.catch(() => {});
  return {
    answer,
    closed: new Promise((resolve) => stream.on("close", () => resolve())),
    send: (bytes) =>
      new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    finish: () => stream.end(),
    leave: () => stream.close(http2.constants.NGHTTP2_CANCEL),
  };
}
