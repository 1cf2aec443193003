import { type Compression, compressionNegotiate } from "@connectrpc/connect/protocol";

/** What a request is compressed with, and what its answer may be. */
export interface Negotiated {
  readonly request: Compression | null;
  readonly response: Compression | null;
}

/** Clients send the same few lists; whoever sends others all the time must not fill the memory. */
const maxKnown = 256;

/** The compressions an app takes, negotiated once for each pair of headers. */
export class Compressions {
  readonly #accepted: readonly Compression[];
  readonly #known = new Map<string, Negotiated | undefined>();

  constructor(accepted: readonly Compression[]) {
    this.#accepted = accepted;
  }

  /** Undefined when the request is compressed with something unknown. */
  negotiate(requested: string | undefined, accepted: string | undefined): Negotiated | undefined {
    const key = `${requested}\n${accepted}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const { error, ...found } = compressionNegotiate(
      [...this.#accepted],
      requested ?? null,
      accepted ?? null,
      // Named in the error, which is not used.
      "accept-encoding",
    );
    const negotiated = error === undefined ? found : undefined;
    if (this.#known.size < maxKnown) this.#known.set(key, negotiated);
    return negotiated;
  }
}

/** Nothing is compressed. */
export const uncompressed: Negotiated = { request: null, response: null };
