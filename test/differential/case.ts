/** A header as it is sent: each character of the value is one byte. */
export type HeaderLine = readonly [name: string, value: string];

/** When and how a client leaves before it has its answer. */
export interface Leaving {
  /** After the header, after half of the body, or when the method has begun and waits. */
  readonly when: "header" | "half" | "begun";
  /** HTTP/1.1: close the socket, or only its own direction. HTTP/2: RST_STREAM, or the connection. */
  readonly how: "destroy" | "fin" | "reset" | "session";
}

/** One request, byte for byte; everything there is to know about it, as plain JSON. */
export interface Case {
  /** Sent as `x-case`, by which the server side tells calls apart. */
  readonly id: string;
  /** The app that is asked, by its name in `configurations.ts`. */
  readonly configuration: string;
  readonly http: "h1" | "h2";
  /** Of HTTP/1; default 1.1. */
  readonly version?: "1.0";
  readonly method: string;
  /** The request target of HTTP/1.1, the `:path` of HTTP/2. */
  readonly target: string;
  /** The first `host` line, or `:authority`; left out: none is sent. */
  readonly authority?: string;
  readonly headers: readonly HeaderLine[];
  /** The body in the pieces it is sent in, one byte per character. */
  readonly body: readonly string[];
  /** HTTP/1.1: whether the pieces are sent as chunks. Otherwise the headers tell the length. */
  readonly chunked?: boolean;
  /** Whether each piece is sent in a turn of the event loop of its own. */
  readonly slowly?: boolean;
  /** HTTP/2: END_STREAM comes on a DATA frame of its own; HTTP/1.1: so does the last chunk. */
  readonly endApart?: boolean;
  /** Trailers of the request. */
  readonly trailers?: readonly HeaderLine[];
  /** Waits for `100 Continue`, or the answer, before it sends the body. */
  readonly waitForContinue?: boolean;
  readonly leave?: Leaving;
  /**
   * A well-formed request on the same connection: when the answer is there, or, on HTTP/1.1, right
   * behind this one.
   */
  readonly followUp?: "after" | "pipelined";
  /** What it was made to be, for people and for the statistics. */
  readonly about: readonly string[];
}
