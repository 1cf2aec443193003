/** connect-es on Node's own servers. */
import http from "node:http";
import http2 from "node:http2";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { listen, serve } from "../../lib/server.js";
import { routes } from "./connect-routes.js";

const handler = connectNodeAdapter({ routes });

await serve(() =>
  listen(process.argv[2] === "h2" ? http2.createServer(handler) : http.createServer(handler)),
);
