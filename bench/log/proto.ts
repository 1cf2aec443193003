/** Protobuf's wire format, as much as the loads of this bench take: made by other means than servers do. */

/** The fields of one message, in the order in which they lie there. */
export class Fields {
  number = 0;
  /** Of a varint; 64-bit ones up to 2^53. */
  value = 0;
  /** Where the content of a field with a length is. */
  start = 0;
  end = 0;

  constructor(
    private readonly bytes: Buffer,
    private at: number,
    private readonly limit: number,
  ) {}

  /** Goes to the next field; false if there is none. */
  next(): boolean {
    if (this.at === this.limit) return false;
    const tag = this.varint();
    this.number = Math.floor(tag / 8);
    switch (tag % 8) {
      case wire.varint:
        this.value = this.varint();
        break;
      case wire.bytes:
        this.value = this.varint();
        this.start = this.at;
        this.end = this.at + this.value;
        this.at = this.end;
        break;
      default:
        throw new Error(`a field of wire type ${tag % 8}`);
    }
    if (this.at > this.limit) throw new Error("a message that is cut off");
    return true;
  }

  /** The content of a field that is a message. */
  message(): Fields {
    return new Fields(this.bytes, this.start, this.end);
  }

  content(): Buffer {
    return this.bytes.subarray(this.start, this.end);
  }

  private varint(): number {
    let result = 0;
    for (let factor = 1; ; factor *= 128) {
      if (this.at >= this.limit) throw new Error("a message that is cut off");
      const byte = this.bytes[this.at++] as number;
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
    }
  }
}

const wire = { varint: 0, bytes: 2 } as const;

/** A field as bytes. */
export function field(number: number, value: number | string | Uint8Array): Buffer {
  if (typeof value === "number") {
    return Buffer.concat([varint(number * 8 + wire.varint), varint(value)]);
  }
  const content = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + wire.bytes), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
