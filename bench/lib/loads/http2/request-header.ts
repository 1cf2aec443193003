/**
 * The header of all requests on a connection, as two blocks: the first one makes the server
 * remember the fields, later ones name them by their numbers, as every usual client does.
 */
import { fieldBytes, type HeaderField, staticFields, tableBytes } from "./header-table.js";

export interface RequestHeader {
  readonly first: Buffer;
  readonly later: Buffer;
}

export function requestHeader(fields: readonly HeaderField[]): RequestHeader {
  const isStatic = (field: HeaderField) => staticNumber(field) > 0;
  const remembered = fields.filter((field) => !isStatic(field));
  if (remembered.reduce((sum, field) => sum + fieldBytes(field), 0) > tableBytes) {
    throw new Error("the request's header does not fit into the server's table");
  }
  // The one added last has the lowest number.
  const number = (field: HeaderField) =>
    staticNumber(field) || staticFields.length + remembered.length - remembered.indexOf(field);
  return {
    first: Buffer.concat(fields.map((f) => (isStatic(f) ? named(number(f)) : literal(f)))),
    later: Buffer.concat(fields.map((f) => named(number(f)))),
  };
}

function staticNumber([name, value]: HeaderField): number {
  return 1 + staticFields.findIndex((field) => field[0] === name && field[1] === value);
}

function named(number: number): Buffer {
  return integer(0x80, 7, number);
}

/** A field that the server is to remember. */
function literal([name, value]: HeaderField): Buffer {
  return Buffer.concat([Buffer.of(0x40), text(name), text(value)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  return Buffer.concat([integer(0, 7, bytes.length), bytes]);
}

function integer(flags: number, prefixBits: number, value: number): Buffer {
  const most = 2 ** prefixBits - 1;
  if (value < most) return Buffer.of(flags | value);
  const bytes = [flags | most];
  let rest = value - most;
  for (; rest > 127; rest >>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}
