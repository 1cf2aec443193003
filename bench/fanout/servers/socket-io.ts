/** As one writes it for socket.io: a broadcast, over WebSocket only. */
import http from "node:http";
import { Server } from "socket.io";
import { listen } from "../../lib/server.js";
import { serveFeed } from "../publisher.js";

await serveFeed(async () => {
  const server = http.createServer();
  const io = new Server(server, { transports: ["websocket"], serveClient: false });
  return {
    url: await listen(server),
    publish(tick) {
      io.emit("tick", tick);
    },
    subscribers: () => io.of("/").sockets.size,
  };
});
