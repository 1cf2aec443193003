/**
 * The least that Node can do for the same calls in JSON: what every framework is measured against.
 */
import http from "node:http";
import http2 from "node:http2";
import { listen, serve } from "../../lib/server.js";
import { type Echo, echoPath } from "../echo.js";
import { orderPath } from "../order.js";
import { reviseJson } from "./revise-json.js";

const calls = new Map<string | undefined, (body: string) => string>([
  [
    echoPath,
    (body) => {
      const { text, sequence } = JSON.parse(body) as Echo;
      return JSON.stringify({ text, sequence: sequence + 1 });
    },
  ],
  [orderPath, reviseJson],
]);

const http1Server = () =>
  http.createServer((request, response) => {
    const answer = calls.get(request.url);
    if (request.method !== "POST" || !answer) {
      response.writeHead(404).end();
      return;
    }
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      const reply = answer(body);
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(reply),
      });
      response.end(reply);
    });
  });

const http2Server = () =>
  http2.createServer().on("stream", (stream, headers) => {
    const answer = calls.get(headers[":path"]);
    if (headers[":method"] !== "POST" || !answer) {
      stream.respond({ ":status": 404 }, { endStream: true });
      return;
    }
    let body = "";
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      body += chunk;
    });
    stream.on("end", () => {
      const reply = answer(body);
      stream.respond({
        ":status": 200,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(reply),
      });
      stream.end(reply);
    });
  });

await serve(() => listen(process.argv[2] === "h2" ? http2Server() : http1Server()));
