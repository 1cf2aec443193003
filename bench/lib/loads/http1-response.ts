/** A minimal HTTP/1.1 response parser: enough for answers with a length or in chunks. */

export interface Http1Response {
  readonly status: number;
  /** The header by its names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** How many bytes of the input the response takes. */
  readonly end: number;
}

interface Head {
  readonly text: string;
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  /** `undefined` means chunked. */
  readonly length: number | undefined;
}

export class Http1Parser {
  private head: Head | undefined;

  /**
   * The response `data` starts with, or nothing while it is incomplete; the caller then comes back
   * with all of it plus what follows. The body is a view, valid as long as `data` is.
   */
  parse(data: Buffer): Http1Response | undefined {
    const headEnd = data.indexOf("\r\n\r\n", 0, "latin1");
    if (headEnd < 0) return undefined;
    const text = data.toString("latin1", 0, headEnd);
    // A server's heads differ only in their date, once a second, so parsing them is rare.
    const head = this.head?.text === text ? this.head : parseHead(text);
    this.head = head;
    const { length } = head;
    const start = headEnd + 4;
    if (length === undefined) return parseChunks(data, start, head);
    const end = start + length;
    return data.length < end ? undefined : response(head, data.subarray(start, end), end);
  }
}

function parseHead(text: string): Head {
  const status = /^HTTP\/1\.1 (\d{3})(?: |$|\r)/.exec(text)?.[1];
  const length = /\r\ncontent-length: *(\d+) *(?:\r|$)/i.exec(text)?.[1];
  const chunked = /\r\ntransfer-encoding: *chunked *(?:\r|$)/i.test(text);
  if (status === undefined || (length === undefined) !== chunked) {
    throw new Error(`cannot tell where this response ends: ${JSON.stringify(text)}`);
  }
  return {
    text,
    status: Number(status),
    fields: parseFields(text),
    length: chunked ? undefined : Number(length),
  };
}

function parseFields(head: string): Map<string, string> {
  const lines = head.split("\r\n").slice(1);
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function response({ status, fields }: Head, body: Buffer, end: number): Http1Response {
  return { status, fields, body, end };
}

function parseChunks(data: Buffer, start: number, head: Head): Http1Response | undefined {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = data.indexOf("\r\n", at, "latin1");
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(data.toString("latin1", at, lineEnd), 16);
    const chunkStart = lineEnd + 2;
    const chunkEnd = chunkStart + size;
    if (Number.isNaN(size)) throw new Error("malformed chunk size");
    if (data.length < chunkEnd + 2) return undefined;
    if (data[chunkEnd] !== 13 || data[chunkEnd + 1] !== 10) throw new Error("malformed chunk");
    at = chunkEnd + 2;
    if (size === 0) break;
    chunks.push(data.subarray(chunkStart, chunkEnd));
  }
  const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  return response(head, body, at);
}
