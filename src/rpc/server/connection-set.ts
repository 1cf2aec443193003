import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/**
 * The open connections of one server. Node's own lists are not enough: they know nothing of sockets
 * that have not yet shown a protocol, nor of HTTP/2 sessions.
 */
export class ConnectionSet {
  readonly #accepted = new Set<Socket>();
  readonly #welcomed = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #whenEmpty: (() => void)[] = [];

  /** How many sockets are open, in whatever phase. */
  get size(): number {
    return this.#accepted.size;
  }

  /** The sockets that belong to a protocol. */
  welcomed(): Iterable<Socket> {
    return this.#welcomed;
  }

  /** Resolves when no socket is open. */
  async empty(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  /** A socket came in. Below TLS this is the bare socket. */
  accept(socket: Socket): void {
    this.#accepted.add(socket);
    socket.once("close", () => {
      this.#accepted.delete(socket);
      if (this.#accepted.size === 0) for (const tell of this.#whenEmpty.splice(0)) tell();
    });
  }

  /** A socket now belongs to a protocol. With TLS this is the wrapping socket. */
  welcome(socket: Socket): void {
    this.#welcomed.add(socket);
    socket.once("close", () => this.#welcomed.delete(socket));
  }

  /** An HTTP/2 session now owns `socket`. */
  addSession(session: ServerHttp2Session, socket: Socket): void {
    this.#sessions.add(session);
    socket.once("close", () => this.#sessions.delete(session));
  }

  /** Destroys the sockets that are not yet welcome: silent ones and unfinished TLS handshakes. */
  destroyArriving(): void {
    // Node does not tell which bare socket a TLS socket wraps, but both know the same peer.
    const welcomed = new Set(Array.from(this.#welcomed, peerOf));
    for (const socket of this.#accepted) {
      if (!welcomed.has(peerOf(socket))) socket.destroy();
    }
  }

  /** Asks every HTTP/2 peer to leave (GOAWAY); open streams go on to their end. */
  closeSessions(): void {
    for (const session of this.#sessions) session.close();
  }

  /** Destroys everything that is left and returns how many sockets that were. */
  destroyAll(): number {
    const left = this.#accepted.size;
    for (const socket of this.#accepted) socket.destroy();
    return left;
  }
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress}`;
}
