/** The same service as one writes it for connect-es. */
import http from "node:http";
import http2 from "node:http2";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { listen, serve } from "../../lib/server.js";
import { echoService } from "../echo.js";

const handler = connectNodeAdapter({
  routes(router) {
    router.service(echoService, {
      echo: ({ text, sequence }) => ({ text, sequence: sequence + 1 }),
    });
  },
});

await serve(() =>
  listen(process.argv[2] === "h2" ? http2.createServer(handler) : http.createServer(handler)),
);
