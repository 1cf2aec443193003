import { once } from "node:events";
import type { Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Server as TlsServer } from "node:tls";
import { urlHost } from "../../rpc/server/listen.js";

/** Where a server that somebody else has started can be reached, once it can. */
export async function addressOf(server: Server): Promise<{ url: string; port: number }> {
  if (!server.listening) await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") return { url: `unix:${address}`, port: 0 };
  const scheme = server instanceof TlsServer ? "https" : "http";
  return { url: `${scheme}://${urlHost(address.address)}:${address.port}`, port: address.port };
}

/**
 * Waits for something another module does in its own time, for example in a `main()` that it does
 * not await. There is nothing to be told by: it is looked at again and again.
 *
 * @returns whether it has come true in time.
 */
export async function comesTrue(condition: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}
