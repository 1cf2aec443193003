import type { HeaderLine } from "./case.js";

/** An answer as it came over the wire. */
export interface Answer {
  /** 1xx answers before it. */
  readonly interim: readonly string[];
  /** With its reason in HTTP/1.1; empty where none came. */
  readonly status: string;
  readonly headers: readonly HeaderLine[];
  readonly body: Buffer;
  readonly trailers: readonly HeaderLine[];
  /** `complete`, or what ended it before. */
  readonly end: string;
}

/** What a client saw of one exchange. */
export interface Exchange {
  readonly answer: Answer | "left";
  /** The answer to the request that followed on the same connection. */
  readonly followUp?: Answer;
  /** Whether the connection could have been used again. */
  readonly connection: "open" | "closed" | "unusable";
}

/** No answer at all in a time in which there should have been one. */
export const stuck: Answer = {
  interim: [],
  status: "",
  headers: [],
  body: Buffer.alloc(0),
  trailers: [],
  end: "stuck",
};
