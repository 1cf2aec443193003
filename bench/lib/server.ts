/** What a server under test runs in its process. */
import type { Server } from "node:net";
import { answer, usage } from "./child.js";

/**
 * Runs `start`, reports the URL it listens at, and then resource usage when asked.
 *
 * @param used by what is under test; default: by this process.
 */
export async function serve(start: () => Promise<string>, used = usage): Promise<void> {
  answer(await start(), { usage: used });
}

/** Listens on a free loopback port. */
export function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === "object" ? address?.port : address}`);
    });
  });
}
