import type {
  BinaryReadOptions,
  BinaryWriteOptions,
  DescMessage,
  JsonReadOptions,
  JsonWriteOptions,
  Message,
} from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { getJsonOptions } from "@connectrpc/connect/protocol";
import { compileBinary } from "../../codec/binary.js";
import { compileJson } from "../../codec/json.js";

/** What messages are read and written with, and how large they may be. */
export interface CodecOptions {
  readonly binaryOptions?: Partial<BinaryReadOptions & BinaryWriteOptions>;
  readonly jsonOptions?: Partial<JsonReadOptions & JsonWriteOptions>;
  readonly readMaxBytes: number;
  readonly writeMaxBytes: number;
}

/** @throws ConnectError in the words of Connect's own codecs, for callers to see. */
export type Parse = (bytes: Buffer) => Message;

/** JSON stays text: Node writes text and the header before it with one call to the system. */
export type Serialize = (message: Message) => string | Uint8Array;

/** Reads messages in the binary format. */
export function binaryParser(desc: DescMessage, options: CodecOptions): Parse {
  const { binaryOptions, readMaxBytes } = options;
  const { decode } = compileBinary(desc, binaryOptions);
  return (bytes) => {
    assertReadable(bytes.byteLength, readMaxBytes);
    try {
      return decode(bytes);
    } catch (error) {
      throw new ConnectError(`parse binary: ${textOf(error)}`, Code.Internal);
    }
  };
}

/** Reads messages in JSON. */
export function jsonParser(desc: DescMessage, options: CodecOptions): Parse {
  const { decode } = compileJson(desc, getJsonOptions(options.jsonOptions));
  const { readMaxBytes } = options;
  return (bytes) => {
    assertReadable(bytes.byteLength, readMaxBytes);
    try {
      return decode(decodeText(bytes));
    } catch (error) {
      throw ConnectError.from(error, Code.InvalidArgument);
    }
  };
}

/** Writes messages in the binary format. */
export function binarySerializer(desc: DescMessage, options: CodecOptions): Serialize {
  const { binaryOptions, writeMaxBytes } = options;
  const { encode } = compileBinary(desc, binaryOptions);
  return (message) => {
    let bytes: Uint8Array;
    try {
      bytes = encode(message);
    } catch (error) {
      throw new ConnectError(`serialize binary: ${textOf(error)}`, Code.Internal);
    }
    assertWritable(bytes.byteLength, writeMaxBytes);
    return bytes;
  };
}

/** Writes messages in JSON. */
export function jsonSerializer(desc: DescMessage, options: CodecOptions): Serialize {
  const { encode } = compileJson(desc, getJsonOptions(options.jsonOptions));
  const { writeMaxBytes } = options;
  return (message) => {
    let text: string;
    try {
      text = encode(message);
    } catch (error) {
      throw ConnectError.from(error, Code.Internal);
    }
    // No text has more than three bytes of UTF-8 for each of its units.
    if (text.length * 3 > writeMaxBytes) assertWritable(Buffer.byteLength(text), writeMaxBytes);
    return text;
  };
}

const decoder = new TextDecoder();

/** Buffer's own decoder costs a fraction of TextDecoder, but keeps a byte order mark. */
function decodeText(bytes: Buffer): string {
  return bytes[0] === 0xef ? decoder.decode(bytes) : bytes.toString();
}

function assertReadable(size: number, readMaxBytes: number): void {
  if (size <= readMaxBytes) return;
  throw new ConnectError(
    `message size ${size} is larger than configured readMaxBytes ${readMaxBytes}`,
    Code.ResourceExhausted,
  );
}

function assertWritable(size: number, writeMaxBytes: number): void {
  if (size <= writeMaxBytes) return;
  throw new ConnectError(
    `message size ${size} is larger than configured writeMaxBytes ${writeMaxBytes}`,
    Code.ResourceExhausted,
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
