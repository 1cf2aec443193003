import http from "node:http";
import { type PartialAnswer, type RawCall, type RawClient, readAll } from "./raw-http.js";

/** HTTP/1.1, each request on a connection of its own, or else all on one. */
export function rawHttp1(url: string, connections: "many" | "one" = "many"): RawClient {
  const agent = new http.Agent(
    connections === "many" ? { keepAlive: false } : { keepAlive: true, maxSockets: 1 },
  );
  const open: RawClient["open"] = ({ method = "POST", path, headers }) =>
    callOf(http.request(url + path, { agent, method, headers }));
  return {
    open,
    async ask({ body = "", ...request }) {
      const bytes = Buffer.from(body);
      const { method = "POST", headers = {} } = request;
      const hasLength = "content-length" in headers || "transfer-encoding" in headers;
      const length = { "content-length": String(bytes.byteLength) };
      const sized = method === "GET" || hasLength ? headers : { ...headers, ...length };
      const call = open({ ...request, headers: sized });
      if (bytes.byteLength > 0) call.send(bytes).catch(() => {});
      call.finish();
      return (await call.answer).rest();
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
    },
  };
}

function callOf(request: http.ClientRequest): RawCall {
  request.setNoDelay(true);
  const answer = new Promise<PartialAnswer>((resolve, reject) => {
    request.on("error", reject);
    request.on("close", () => reject(new Error("closed without an answer")));
    request.on("response", (response) => {
      const { statusCode: status = 0, headers } = response;
      response.pause();
      resolve({
        status,
        headers,
        body: response,
        rest: async () => {
          const body = await readAll(response);
          return { status, headers, trailers: response.trailers, body };
        },
      });
    });
  });
  answer.catch(() => {});
  request.flushHeaders();
  return {
    answer,
    closed: new Promise((resolve) => request.on("close", () => resolve())),
    send: (bytes) =>
      new Promise((resolve, reject) => {
        request.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    finish: () => request.end(),
    leave: () => request.destroy(),
  };
}
