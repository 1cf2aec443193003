/** The least that Node can do: the same framed bytes written to every response. */
import http from "node:http";
import http2 from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { envelope } from "../../lib/fan-out/envelope.js";
import { listen } from "../../lib/server.js";
import { serveFeed } from "../publisher.js";
import { tickSchema, ticksPath } from "../tick.js";

const contentType = "application/connect+proto";
const subscribers = new Set<http.ServerResponse | http2.ServerHttp2Stream>();

const http1Server = () =>
  http.createServer((request, response) => {
    if (request.url !== ticksPath) {
      response.writeHead(404).end();
      return;
    }
    request.resume();
    response.writeHead(200, { "content-type": contentType });
    subscribers.add(response);
    response.on("close", () => subscribers.delete(response));
  });

const http2Server = () =>
  http2.createServer({ maxSessionMemory: 100 }).on("stream", (stream, headers) => {
    if (headers[":path"] !== ticksPath) {
      stream.respond({ ":status": 404 }, { endStream: true });
      return;
    }
    stream.resume();
    stream.respond({ ":status": 200, "content-type": contentType });
    subscribers.add(stream);
    // Those of the load are cut off, which is an error to the stream.
    stream.on("error", () => {});
    stream.on("close", () => subscribers.delete(stream));
  });

await serveFeed(async () => ({
  url: await listen(process.argv[2] === "h2" ? http2Server() : http1Server()),
  publish(tick) {
    const bytes = envelope(toBinary(tickSchema, create(tickSchema, tick)));
    for (const subscriber of subscribers) subscriber.write(bytes);
  },
  subscribers: () => subscribers.size,
}));
