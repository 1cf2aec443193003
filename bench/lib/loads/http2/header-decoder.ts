/** Decodes the header blocks of one connection (RFC 7541). */
import { HeaderTable } from "./header-table.js";
import { decodeHuffman } from "./huffman.js";

export type Fields = ReadonlyMap<string, string>;

/** Blocks may differ in what servers do not index, such as their length. */
const maxKnown = 64;

export class HeaderDecoder {
  private readonly table = new HeaderTable();
  /**
   * Blocks seen since the table last changed, by their bytes. A server's blocks differ only once a
   * second, in their date, so decoding them is rare.
   */
  private readonly known = new Map<string, Fields>();
  private data: Buffer = Buffer.alloc(0);
  private at = 0;

  decode(block: Buffer): Fields {
    const bytes = block.toString("latin1");
    const seen = this.known.get(bytes);
    if (seen) return seen;
    this.data = block;
    this.at = 0;
    const fields = new Map<string, string>();
    let tableChanged = false;
    while (this.at < block.length) {
      const first = this.byte();
      if (first >= 0x80) {
        put(fields, ...this.table.get(this.integer(first, 7)));
      } else if (first >= 0x40) {
        const field = this.literal(first, 6);
        this.table.add(field);
        tableChanged = true;
        put(fields, ...field);
      } else if (first >= 0x20) {
        this.table.resize(this.integer(first, 5));
        tableChanged = true;
      } else {
        put(fields, ...this.literal(first, 4));
      }
    }
    if (tableChanged || this.known.size === maxKnown) this.known.clear();
    if (!tableChanged) this.known.set(bytes, fields);
    return fields;
  }

  private literal(first: number, prefixBits: number): [name: string, value: string] {
    const index = this.integer(first, prefixBits);
    const name = index === 0 ? this.text() : this.table.get(index)[0];
    return [name, this.text()];
  }

  private text(): string {
    const first = this.byte();
    const length = this.integer(first, 7);
    const end = this.at + length;
    if (end > this.data.length) throw new Error("header block ends within a field");
    const bytes = this.data.subarray(this.at, end);
    this.at = end;
    return first >= 0x80 ? decodeHuffman(bytes) : bytes.toString("latin1");
  }

  /** A number that begins in the lower bits of `first`. */
  private integer(first: number, prefixBits: number): number {
    const most = 2 ** prefixBits - 1;
    let value = first & most;
    if (value < most) return value;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  private byte(): number {
    const byte = this.data[this.at++];
    if (byte === undefined) throw new Error("header block ends within a field");
    return byte;
  }
}

function put(fields: Map<string, string>, name: string, value: string): void {
  const before = fields.get(name);
  fields.set(name, before === undefined ? value : `${before}, ${value}`);
}
