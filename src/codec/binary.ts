import {
  type BinaryReadOptions,
  type BinaryWriteOptions,
  type DescMessage,
  fromBinary,
  type Message,
  toBinary,
} from "@bufbuild/protobuf";
import { type BinaryDecoder, binaryDecoder } from "./binary-decoder.js";
import { type BinaryEncoder, binaryEncoder } from "./binary-encoder.js";
import { ByteReader } from "./byte-reader.js";
import { ByteWriter } from "./byte-writer.js";
import { isCompiled } from "./field-shape.js";
import { canCompile } from "./function-text.js";

/** Messages of one type to and from protobuf's binary format. */
export interface BinaryCodec {
  /** The bytes may be a part of memory that others use, as small Buffers of Node are. */
  encode(message: Message): Uint8Array;
  decode(bytes: Uint8Array): Message;
}

export type BinaryOptions = Partial<
  Pick<BinaryReadOptions, "readUnknownFields"> & Pick<BinaryWriteOptions, "writeUnknownFields">
>;

/**
 * A codec that does what `toBinary` and `fromBinary` do, by code that was made for the type. What
 * that code does not know, it leaves to them: errors are theirs, and rarities take their time.
 */
export function compileBinary(desc: DescMessage, options: BinaryOptions = {}): BinaryCodec {
  const reflective: BinaryCodec = {
    encode: (message) => toBinary(desc, message, options),
    decode: (bytes) => fromBinary(desc, plain(bytes), options),
  };
  if (!canCompile || !isCompiled(desc)) return reflective;
  const keepUnknown = options.readUnknownFields ?? true;
  let encode: BinaryEncoder | undefined;
  let decode: BinaryDecoder | undefined;
  return {
    encode(message) {
      encode ??= binaryEncoder(desc).run;
      const writer = takeWriter();
      try {
        encode(writer, message);
        return writer.finish();
      } catch {
        return reflective.encode(message);
      } finally {
        putWriter(writer);
      }
    },
    decode(bytes) {
      decode ??= binaryDecoder(desc).run;
      try {
        return decode(new ByteReader(bytes, keepUnknown), bytes.length) as Message;
      } catch {
        return reflective.decode(bytes);
      }
    },
  };
}

/** A message that was read with views of its bytes must not have views of Node's pool. */
function plain(bytes: Uint8Array): Uint8Array {
  return Buffer.isBuffer(bytes) ? new Uint8Array(bytes) : bytes;
}

/** The one writer, unless somebody is writing: a getter of a message may run anything. */
let idleWriter: ByteWriter | undefined;

function takeWriter(): ByteWriter {
  const writer = idleWriter ?? new ByteWriter();
  idleWriter = undefined;
  return writer;
}

function putWriter(writer: ByteWriter): void {
  writer.reset();
  idleWriter = writer;
}
