import type { Socket } from "node:net";

/** The part of Node's internal handles that no public property shows; net.Socket relies on it too. */
interface StreamHandle {
  /** Bytes that were written and that the kernel has not taken yet. */
  readonly writeQueueSize?: number;
  /** Below TLS: the TCP handle. */
  readonly _parent?: StreamHandle;
}

/**
 * A text that changes as soon as a byte came from the peer or went out to it.
 *
 * Bytes read alone would not do: an HTTP/2 session reads nothing while a write is under way, and one
 * write may hold many megabytes, so a peer on a slow line would look dead though it takes them all.
 */
export function progressOf(socket: Socket): string {
  const handle = (socket as unknown as { readonly _handle?: StreamHandle | null })._handle;
  const tcp = handle?._parent ?? handle;
  return `${socket.bytesRead} ${tcp?.writeQueueSize}`;
}
