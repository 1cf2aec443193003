import type { OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { ConnectError } from "@connectrpc/connect";

/** Where one request came in and its answer goes out. */
export interface Wire {
  /** What the body is read from. */
  readonly source: Readable;
  /** The URL as Connect has it, with scheme and host. */
  readonly url: string;
  /** Whether a request is all there is: no body comes after its header. */
  readonly isBodiless: boolean;
  /** Whether no answer can be written any more. */
  readonly isClosed: boolean;
  /** Writes a whole answer. */
  send(
    status: number,
    headers: OutgoingHttpHeaders,
    body?: string | Uint8Array,
    trailers?: OutgoingHttpHeaders,
  ): void;
  /** Begins an answer that goes on for as long as it likes. */
  open(headers: OutgoingHttpHeaders, withTrailers: boolean): ByteOutlet;
  /** Says "internal error" as simply as possible, or breaks an answer off that has begun. */
  fail(): void;
  /** Breaks the request off. */
  abandon(): void;
  /** Calls back when the request is over: answered, or left by its caller for a reason. */
  onClose(callback: (reason: ConnectError | undefined) => void): void;
}

/** The body of an answer that has begun. */
export interface ByteOutlet {
  /** Whether it takes chunks as HTTP/1.1 has them, sizes and all. */
  readonly chunked: boolean;
  /** Takes the bytes, always; `false` says that they pile up. */
  write(bytes: Uint8Array): boolean;
  /** Calls back whenever all that had piled up is gone. */
  onDrain(callback: () => void): void;
  /** Ends the answer, with last bytes and trailers if there are any. */
  end(bytes: Uint8Array | undefined, trailers: OutgoingHttpHeaders | undefined): void;
  /** Breaks the answer off. */
  fail(): void;
}
