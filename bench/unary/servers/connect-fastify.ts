/** connect-es on Fastify. */
import { fastifyConnectPlugin } from "@connectrpc/connect-fastify";
import { fastify } from "fastify";
import { serve } from "../../lib/server.js";
import { routes } from "./connect-routes.js";

// The type is that of an HTTP/2 server in both cases, because register() of a union has none.
const server = fastify({ http2: process.argv[2] === "h2" } as { http2: true });
await server.register(fastifyConnectPlugin, { routes });

await serve(() => server.listen({ host: "127.0.0.1", port: 0 }));
