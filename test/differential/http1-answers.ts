import type { Answer } from "./answer.js";
import type { HeaderLine } from "./case.js";

/** Takes answers out of what came over an HTTP/1.1 connection. */
export class Http1Answers {
  #bytes: Buffer = Buffer.alloc(0);
  #interim: string[] = [];

  add(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
  }

  /** Whether bytes have come that belong to no answer that was taken. */
  get hasMore(): boolean {
    return this.#bytes.length > 0 || this.#interim.length > 0;
  }

  /** The next answer if it is complete; `ended` when no more bytes can come. */
  take(method: string, ended: boolean): Answer | undefined {
    this.#takeInterim();
    const head = parseHead(this.#bytes);
    if (head === undefined) return ended ? this.#cutShort() : undefined;
    const body = parseBody(this.#bytes, head, method, ended);
    if (body === undefined) return undefined;
    const { status, headers } = head;
    const interim = this.#interim;
    this.#interim = [];
    this.#bytes = this.#bytes.subarray(body.length);
    return { interim, status, headers, body: body.data, trailers: body.trailers, end: body.end };
  }

  #takeInterim(): void {
    for (;;) {
      const head = parseHead(this.#bytes);
      if (head === undefined || !head.status.startsWith("1")) return;
      this.#interim.push(`${head.status} ${head.headers.length} headers`);
      this.#bytes = this.#bytes.subarray(head.length);
    }
  }

  #cutShort(): Answer {
    const body = this.#bytes;
    const interim = this.#interim;
    this.#bytes = Buffer.alloc(0);
    this.#interim = [];
    return { interim, status: "", headers: [], body, trailers: [], end: "closed" };
  }
}

interface Head {
  readonly status: string;
  readonly headers: readonly HeaderLine[];
  readonly length: number;
}

function parseHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  return {
    status: first.replace(/^HTTP\/1\.1 /, ""),
    headers: lines.map(parseLine),
    length: end + 4,
  };
}

function parseLine(line: string): HeaderLine {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

interface Body {
  readonly data: Buffer;
  readonly trailers: readonly HeaderLine[];
  readonly end: string;
  /** With the head. */
  readonly length: number;
}

function parseBody(
  bytes: Buffer,
  { status, headers, length }: Head,
  method: string,
  ended: boolean,
): Body | undefined {
  const rest = bytes.subarray(length);
  const cut = ended
    ? { data: rest, trailers: [], end: "closed within the body", length: bytes.length }
    : undefined;
  const complete = (size: number): Body | undefined =>
    rest.length < size
      ? cut
      : { data: rest.subarray(0, size), trailers: [], end: "complete", length: length + size };
  if (method === "HEAD" || /^(204|304)/.test(status)) return complete(0);
  const encoding = headers.find(([name]) => name === "transfer-encoding");
  if (encoding !== undefined) return parseChunks(rest, length) ?? cut;
  const size = headers.find(([name]) => name === "content-length");
  if (size !== undefined) return complete(Number(size[1]));
  return ended ? complete(rest.length) : undefined;
}

function parseChunks(rest: Buffer, headLength: number): Body | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = rest.indexOf("\r\n", at);
    if (line === -1) return undefined;
    const size = Number.parseInt(rest.toString("latin1", at, line), 16);
    const from = line + 2;
    if (size === 0) {
      const end = rest.indexOf("\r\n\r\n", line);
      if (end === -1) return undefined;
      const text = rest.toString("latin1", from, end);
      const trailers = text === "" ? [] : text.split("\r\n").map(parseLine);
      const length = headLength + end + 4;
      return { data: Buffer.concat(chunks), trailers, end: "complete", length };
    }
    if (rest.length < from + size + 2) return undefined;
    chunks.push(rest.subarray(from, from + size));
    at = from + size + 2;
  }
}
