import type { ConnectRouter } from "@connectrpc/connect";
import {
  type UniversalHandler,
  universalServerRequestFromFetch,
  universalServerResponseToFetch,
} from "@connectrpc/connect/protocol";
import { universalHandler } from "./universal-handler.js";

/** Answers a fetch request. */
export type FetchHandlerFn = (request: Request) => Promise<Response>;

/**
 * Serves a router's RPCs by the fetch API, for runtimes and frameworks built on it. gRPC needs
 * HTTP trailers, which fetch does not have: Connect and gRPC-Web work, gRPC does not.
 */
export function fetchHandler({ handlers }: ConnectRouter): FetchHandlerFn {
  const byPath = new Map<string, UniversalHandler>(
    handlers.map((handler) => [handler.requestPath, universalHandler(handler)]),
  );
  return async (request) => {
    const { pathname } = new URL(request.url);
    const handler = byPath.get(pathname);
    if (handler !== undefined) return serve(handler, request);
    return Response.json(
      { code: "unimplemented", message: `no RPC at ${pathname}` },
      { status: 404 },
    );
  };
}

async function serve(handler: UniversalHandler, request: Request): Promise<Response> {
  const left = new AbortController();
  const { body, ...head } = await handler({
    ...universalServerRequestFromFetch(request, {}),
    // Not every runtime aborts the request when its caller leaves; all cancel the answer's body.
    signal: AbortSignal.any([request.signal, left.signal]),
  });
  return universalServerResponseToFetch({
    ...head,
    body: body && abortOnThrow(body as AsyncIterable<Uint8Array>, left),
  });
}

/** Aborts at once, where the iterable itself would first wait for what it yields next. */
function abortOnThrow(
  source: AsyncIterable<Uint8Array>,
  controller: AbortController,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        next: () => iterator.next(),
        async throw(reason: unknown) {
          controller.abort();
          await iterator.throw?.(reason);
          return { done: true, value: undefined };
        },
      };
    },
  };
}
