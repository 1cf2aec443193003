/** As one writes it for connect-es: an async generator per subscriber. */
import http from "node:http";
import http2 from "node:http2";
import { create, type MessageShape } from "@bufbuild/protobuf";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { listen } from "../../lib/server.js";
import { Hub } from "../hub.js";
import { serveFeed } from "../publisher.js";
import { feedService, tickSchema } from "../tick.js";

const hub = new Hub<MessageShape<typeof tickSchema>>();

const handler = connectNodeAdapter({
  routes(router) {
    router.service(feedService, {
      ticks: (_, { signal }) => hub.subscribe(signal),
    });
  },
});

await serveFeed(async () => ({
  url: await listen(
    process.argv[2] === "h2"
      ? http2.createServer({ maxSessionMemory: 100 }, handler)
      : http.createServer(handler),
  ),
  publish: (tick) => hub.publish(create(tickSchema, tick)),
  subscribers: () => hub.size,
}));
