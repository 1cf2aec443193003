import type { AddressInfo, Server } from "node:net";
import { SluiceError } from "../../errors.js";

/** Enough for all clients of a full server that reconnect at once; the system may lower it. */
const backlog = 4_096;

/**
 * Opens the port and resolves with its number.
 *
 * @throws SluiceError `server_listen_failed` saying which address cannot be used and why; the server has no listeners left then.
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => {
      server.off("listening", succeed);
      const reason = reasons[cause.code ?? ""] ?? cause.message;
      reject(
        new SluiceError(
          "server_listen_failed",
          `cannot listen on ${host} port ${port}: ${reason}`,
          { cause },
        ),
      );
    };
    const succeed = (): void => {
      server.off("error", fail);
      resolve((server.address() as AddressInfo).port);
    };
    server.once("error", fail);
    server.once("listening", succeed);
    try {
      server.listen({ host, port, backlog });
    } catch (cause) {
      server.off("error", fail);
      fail(cause as NodeJS.ErrnoException);
    }
  });
}

const reasons: Record<string, string | undefined> = {
  EADDRINUSE: "the port is in use by another server",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "this process may not use that port",
  ENOTFOUND: "the host name is unknown",
  ERR_SOCKET_BAD_PORT: "the port must be a number from 0 to 65535",
};

/** A host as it is written in a URL; a wildcard address becomes one that can be called. */
export function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
