/** As one writes it for ws: the text is made once and sent to every client. */
import http from "node:http";
import { WebSocketServer } from "ws";
import { listen } from "../../lib/server.js";
import { serveFeed } from "../publisher.js";

await serveFeed(async () => {
  const server = http.createServer();
  const sockets = new WebSocketServer({ server });
  return {
    url: await listen(server),
    publish(tick) {
      const text = JSON.stringify(tick);
      for (const client of sockets.clients) client.send(text);
    },
    subscribers: () => sockets.clients.size,
  };
});
