import {
  type DescMessage,
  fromJsonString,
  type JsonReadOptions,
  type JsonWriteStringOptions,
  type Message,
  toJsonString,
} from "@bufbuild/protobuf";
import { canCompile } from "./function-text.js";
import { type JsonDecoder, jsonDecoder } from "./json-decoder.js";
import { type JsonEncoder, jsonEncoder } from "./json-encoder.js";
import { countMembers } from "./json-members.js";
import { JsonReader } from "./json-reader.js";
import { isJsonCompiled } from "./json-shape.js";
import { giveUp } from "./unusual.js";

/** Messages of one type to and from JSON text. */
export interface JsonCodec {
  encode(message: Message): string;
  decode(text: string): Message;
}

export type JsonOptions = Partial<JsonReadOptions & JsonWriteStringOptions>;

/**
 * A codec that does what `toJsonString` and `fromJsonString` do, by code that was made for the
 * type. What that code does not know, it leaves to them: errors are theirs, and rarities take
 * their time. Options that change the text are rarities.
 */
export function compileJson(desc: DescMessage, options: JsonOptions = {}): JsonCodec {
  const reflective: JsonCodec = {
    encode: (message) => toJsonString(desc, message, options),
    decode: (text) => fromJsonString(desc, text, options),
  };
  if (!canCompile || !isJsonCompiled(desc)) return reflective;
  const { alwaysEmitImplicit, enumAsInteger, useProtoFieldName, prettySpaces } = options;
  const isUsualText = !(alwaysEmitImplicit || enumAsInteger || useProtoFieldName || prettySpaces);
  return {
    encode: isUsualText ? encoderOf(desc, options, reflective.encode) : reflective.encode,
    decode:
      options.recursionLimit === undefined ? decoderOf(desc, reflective.decode) : reflective.decode,
  };
}

function encoderOf(
  desc: DescMessage,
  options: JsonOptions,
  reflective: JsonCodec["encode"],
): JsonCodec["encode"] {
  let encode: JsonEncoder | undefined;
  return (message) => {
    encode ??= jsonEncoder(desc).run;
    try {
      return encode(message, options);
    } catch {
      return reflective(message);
    }
  };
}

function decoderOf(desc: DescMessage, reflective: JsonCodec["decode"]): JsonCodec["decode"] {
  let decode: JsonDecoder | undefined;
  return (text) => {
    decode ??= jsonDecoder(desc).run;
    try {
      const reader = new JsonReader();
      const message = decode(reader, JSON.parse(text));
      // More are there than were used: unknown ones, or a name that stands twice in an object.
      if (reader.members !== countMembers(text)) giveUp();
      return message as Message;
    } catch {
      return reflective(text);
    }
  };
}
