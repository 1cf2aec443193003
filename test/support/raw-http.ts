import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";

/** What a client sends, whether or not a well-behaved one would. */
export interface RawRequest {
  /** Default POST. */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Uint8Array;
}

/** All that came back. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A client of one HTTP version that does as it is told. */
export interface RawClient extends AsyncDisposable {
  /** Sends a whole request and reads the whole answer. */
  ask(request: RawRequest): Promise<RawAnswer>;
  /** Sends the header, and leaves body and answer to the caller. */
  open(request: Omit<RawRequest, "body">): RawCall;
}

/** A request in progress, both directions in the hands of the test. */
export interface RawCall {
  /** Writes to the request body; resolves when the transport has taken it. */
  send(bytes: string | Uint8Array): Promise<void>;
  /** Ends the request body. */
  finish(): void;
  /** Leaves: closes the connection (HTTP/1.1) or resets the stream (HTTP/2). */
  leave(): void;
  /** Resolves with the answer's header, its body unread and back-pressured. */
  readonly answer: Promise<PartialAnswer>;
  /** Resolves when the server has let go of it, however it went. */
  readonly closed: Promise<void>;
}

/** An answer whose body is still arriving. */
export interface PartialAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** Reads what is left. */
  rest(): Promise<RawAnswer>;
}

/** The whole of a stream. */
export async function readAll(readable: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readable) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
