import type { RpcHandler } from "../rpc/rpc-handler.js";
import type { NodeRequest, NodeResponse } from "../rpc/server/node-handler.js";

/** As much of Fastify (4 and 5) as is used here, so that it need not be installed. */
interface FastifyScope {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    contentType: string,
    parser: (request: unknown, payload: unknown, done: (error: null) => void) => void,
  ): unknown;
  all(
    path: string,
    handler: (
      request: { readonly raw: unknown },
      reply: { readonly raw: unknown; hijack(): unknown },
    ) => void,
  ): unknown;
}

/** What `fastify.register()` takes. */
export type FastifyPlugin = (scope: FastifyScope, options: unknown, done: () => void) => void;

/** Serves RPC paths below Fastify, on its server's own requests and responses. */
export function fastifyPlugin(paths: readonly string[], handler: RpcHandler): FastifyPlugin {
  return (scope, _options, done) => {
    // Within this plugin's scope alone: bodies stay unread for the RPC handler.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
    for (const path of paths) {
      scope.all(path, (request, reply) => {
        reply.hijack();
        handler(request.raw as NodeRequest, reply.raw as NodeResponse);
      });
    }
    done();
  };
}
