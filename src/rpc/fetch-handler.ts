import type { ConnectRouter } from "@connectrpc/connect";
import { createFetchHandler } from "@connectrpc/connect/protocol";

/** Answers a fetch request. */
export type FetchHandlerFn = (request: Request) => Promise<Response>;

/**
 * Serves a router's RPCs by the fetch API, for runtimes and frameworks built on it. gRPC needs
 * HTTP trailers, which fetch does not have: Connect and gRPC-Web work, gRPC does not.
 */
export function fetchHandler({ handlers }: ConnectRouter): FetchHandlerFn {
  const byPath = new Map<string, FetchHandlerFn>(
    handlers.map((handler) => [handler.requestPath, createFetchHandler(handler)]),
  );
  return async (request) => {
    const { pathname } = new URL(request.url);
    const handler = byPath.get(pathname);
    if (handler !== undefined) return handler(request);
    return Response.json(
      { code: "unimplemented", message: `no RPC at ${pathname}` },
      { status: 404 },
    );
  };
}
