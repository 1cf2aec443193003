import { compressedFlag } from "@connectrpc/connect/protocol";

const none = Buffer.alloc(0);

/** The size of an envelope's prefix. */
const prefix = 5;

/**
 * Puts the body of a request of one message together from its chunks. It takes what well-behaved
 * clients send: a plain body of the size that was announced, or exactly one envelope. Everything
 * else is for Connect to refuse in its own words, so that they are the same everywhere.
 */
export class BodyCollector {
  private first: Buffer | undefined = undefined;
  private more: Buffer[] | undefined = undefined;
  private size = 0;
  /** The most that may come; an envelope's is known when it begins. */
  private limit: number;
  /** Whether that much has to come. */
  private exact: boolean;

  constructor(
    readonly enveloped: boolean,
    private readonly readMaxBytes: number,
    contentLength: number | undefined,
  ) {
    this.limit = enveloped ? 0 : (contentLength ?? readMaxBytes);
    this.exact = enveloped || contentLength !== undefined;
  }

  /** All chunks so far. */
  get chunks(): Buffer[] {
    if (this.more !== undefined) return this.more;
    return this.first === undefined ? [] : [this.first];
  }

  /** Whether an envelope says that its message is compressed. */
  get flagged(): boolean {
    return this.enveloped && this.first?.[0] === compressedFlag;
  }

  /** Takes a chunk in; false if this is no body to take. */
  add(chunk: Buffer): boolean {
    this.size += chunk.length;
    if (this.first === undefined) {
      this.first = chunk;
      if (this.enveloped && !this.begin(chunk)) return false;
    } else {
      this.more ??= [this.first];
      this.more.push(chunk);
    }
    return this.size <= this.limit;
  }

  /** The message when all has come; undefined if this was no body to take. */
  end(): Buffer | undefined {
    if (this.exact && (this.size !== this.limit || (this.enveloped && this.size === 0))) {
      return undefined;
    }
    const body = this.more === undefined ? (this.first ?? none) : Buffer.concat(this.more);
    return this.enveloped ? body.subarray(prefix) : body;
  }

  private begin(chunk: Buffer): boolean {
    // Somebody who sends a few bytes at a time is in no hurry.
    if (chunk.length < prefix) return false;
    const flags = chunk[0]!;
    const length = chunk.readUInt32BE(1);
    if (flags > compressedFlag || length > this.readMaxBytes) return false;
    this.limit = prefix + length;
    return true;
  }
}
