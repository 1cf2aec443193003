/** Plain JSON on Fastify, whose serializer is compiled from the response's schema. */
import { fastify } from "fastify";
import { serve } from "../../lib/server.js";
import { type Echo, echoPath } from "../echo.js";

const server = fastify();

const response = {
  200: {
    type: "object",
    properties: { text: { type: "string" }, sequence: { type: "integer" } },
  },
};

server.post<{ Body: Echo }>(echoPath, { schema: { response } }, async ({ body }) => ({
  text: body.text,
  sequence: body.sequence + 1,
}));

await serve(() => server.listen({ host: "127.0.0.1", port: 0 }));
