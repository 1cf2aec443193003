import type { Socket } from "node:net";

/** The first bytes of every HTTP/2 client (RFC 9113, section 3.4). */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

/** What {@link sniffProtocol} reports; exactly one of the three, exactly once. */
export interface SniffOutcome {
  /** The peer speaks HTTP/1.1, or nothing we know: its parser gives the proper answer. */
  http1(socket: Socket): void;
  /** The peer speaks HTTP/2 with prior knowledge. */
  http2(socket: Socket): void;
  /** The peer left, failed or ran out of time; the socket is destroyed. */
  gone(reason: "closed" | "timeout"): void;
}

/**
 * Finds out from a fresh connection's first bytes which protocol it speaks. The bytes are put back
 * and all listeners removed before `http1` or `http2` is called, so a connection that was sniffed
 * costs the same as one that was not.
 *
 * The bytes may arrive one at a time. All 24 of them are compared, since a request line may share
 * its beginning with the preface (`PROPFIND`, `PUT`).
 */
export function sniffProtocol(socket: Socket, timeoutMs: number, outcome: SniffOutcome): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => abandon("timeout"), timeoutMs).unref();

  // "readable" and read(), not "data": a socket that flows would lose bytes between the hand-off
  // and the moment the new owner listens.
  socket.on("readable", look);
  socket.on("end", leave);
  socket.on("error", ignore);
  socket.on("close", leave);

  function look(): void {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    }
    const length = Math.min(seen.length, preface.length);
    const matches = preface.compare(seen, 0, length, 0, length) === 0;
    if (matches && length < preface.length) return;
    stop();
    socket.unshift(seen);
    if (matches) outcome.http2(socket);
    else outcome.http1(socket);
    socket.off("error", ignore);
  }

  function leave(): void {
    abandon("closed");
  }

  function abandon(reason: "closed" | "timeout"): void {
    stop();
    socket.destroy();
    outcome.gone(reason);
  }

  function stop(): void {
    clearTimeout(timer);
    socket.off("readable", look);
    socket.off("end", leave);
    socket.off("close", leave);
  }
}

/** A failed socket closes by itself; its reason is of no use to anyone here. */
function ignore(): void {}
