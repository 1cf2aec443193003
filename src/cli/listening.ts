import { Server } from "node:net";

type Listen = (this: Server, ...args: unknown[]) => Server;

/**
 * Calls `seen` whenever something in this process starts to listen. All servers of Node end up in
 * `net.Server.listen`, so this is the one place which sees them, whichever library made them.
 *
 * With `allow: false` nothing is opened: the server waits for ever, as does who waits for it.
 */
export function onListen(seen: (server: Server) => void, { allow }: { allow: boolean }): void {
  const listen = Server.prototype.listen as Listen;
  Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
    seen(this);
    return allow ? listen.apply(this, args) : this;
  } as typeof Server.prototype.listen;
}
