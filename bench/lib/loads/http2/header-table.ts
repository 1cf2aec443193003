/** The header fields that a block may name by a number (RFC 7541, section 2.3 and appendix A). */

export type HeaderField = readonly [name: string, value: string];

export const staticFields: readonly HeaderField[] = [
  [":authority", ""],
  [":method", "GET"],
  [":method", "POST"],
  [":path", "/"],
  [":path", "/index.html"],
  [":scheme", "http"],
  [":scheme", "https"],
  ...["200", "204", "206", "304", "400", "404", "500"].map((v): HeaderField => [":status", v]),
  ["accept-charset", ""],
  ["accept-encoding", "gzip, deflate"],
  ...[
    "accept-language accept-ranges accept access-control-allow-origin age allow authorization",
    "cache-control content-disposition content-encoding content-language content-length",
    "content-location content-range content-type cookie date etag expect expires from host",
    "if-match if-modified-since if-none-match if-range if-unmodified-since last-modified link",
    "location max-forwards proxy-authenticate proxy-authorization range referer refresh",
    "retry-after server set-cookie strict-transport-security transfer-encoding user-agent vary",
    "via www-authenticate",
  ].flatMap((names) => names.split(" ").map((name): HeaderField => [name, ""])),
];

/** The size that both sides start with and we never change. */
export const tableBytes = 4096;

/** What a field counts for in the dynamic table. */
export function fieldBytes([name, value]: HeaderField): number {
  return name.length + value.length + 32;
}

/** The static fields and, numbered after them, the newest of those that the peer added. */
export class HeaderTable {
  private readonly added: HeaderField[] = [];
  private bytes = 0;
  private limit = tableBytes;

  get(index: number): HeaderField {
    const field = staticFields[index - 1] ?? this.added[index - 1 - staticFields.length];
    if (!field) throw new Error(`no header field has the number ${index}`);
    return field;
  }

  add(field: HeaderField): void {
    this.added.unshift(field);
    this.bytes += fieldBytes(field);
    this.evict();
  }

  resize(limit: number): void {
    if (limit > tableBytes) throw new Error(`header table of ${limit} bytes`);
    this.limit = limit;
    this.evict();
  }

  private evict(): void {
    while (this.bytes > this.limit) this.bytes -= fieldBytes(this.added.pop() as HeaderField);
  }
}
