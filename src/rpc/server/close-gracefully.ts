import diagnostics from "node:diagnostics_channel";
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Server as SecureServer } from "node:https";
import type { Socket } from "node:net";
import type { ConnectionSet } from "./connection-set.js";
import { maxTimerMs } from "./limits.js";

/**
 * Stops accepting, lets what is in flight finish, and destroys what is left after `graceMs`.
 * Resolves when every socket is gone, with the number of those that had to be destroyed.
 */
export async function closeGracefully(
  http1: Server | SecureServer,
  connections: ConnectionSet,
  graceMs: number,
): Promise<number> {
  let cutOff = 0;
  const destroyAll = (): void => {
    cutOff = connections.destroyAll();
  };
  const deadline = setTimeout(destroyAll, Math.min(graceMs, maxTimerMs));
  announceClose(http1, connections.welcomed());
  const stopWatching = closeWhenAnswered(http1);
  const closed = once(http1, "close");
  http1.close();
  connections.destroyArriving();
  connections.closeSessions();
  await closed;
  await connections.empty();
  clearTimeout(deadline);
  stopWatching();
  return cutOff;
}

/**
 * Makes every HTTP/1.1 answer that is not yet on its way say `connection: close`. Node does not do
 * so: clients would send their next request into a socket that is about to go.
 */
function announceClose(server: Server | SecureServer, sockets: Iterable<Socket>): void {
  const announce = (_: IncomingMessage | undefined, response: ServerResponse): void => {
    if (!response.headersSent) response.shouldKeepAlive = false;
  };
  for (const socket of sockets) {
    // No public property leads from a socket to its answer; keeping a list, or a response class of
    // our own, was measured to cost every request 1 to 5 microseconds.
    const { _httpMessage } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
    if (_httpMessage) announce(undefined, _httpMessage);
  }
  server.prependListener("request", announce);
}

/**
 * Closes HTTP/1.1 connections as soon as their last answer is complete. An answer whose header was
 * sent before could not announce the close, so its connection would stay open for the whole
 * keep-alive time.
 */
function closeWhenAnswered(server: Server | SecureServer): () => void {
  const channel = "http.server.response.finish";
  const closeIdle = (): void => server.closeIdleConnections();
  const finished = (message: unknown): void => {
    // Node publishes before it lets go of the socket.
    if ((message as { server: unknown }).server === server) setImmediate(closeIdle);
  };
  diagnostics.subscribe(channel, finished);
  return () => diagnostics.unsubscribe(channel, finished);
}
