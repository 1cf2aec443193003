import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import {
  type DescMethod,
  fromJson,
  type JsonValue,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import { CliError } from "../cli-error.js";

/**
 * The messages to send, from the command line or, for `-`, from stdin. A method that is sent a
 * stream takes a JSON array or one JSON value per line; lines of stdin are sent as they arrive.
 */
export async function* requestMessages(
  method: DescMethod,
  argument: string,
  types: Registry,
): AsyncGenerator<Message> {
  const parse = (json: string): Message => fromValue(parseJson(json));
  const fromValue = (value: JsonValue): Message => {
    try {
      return fromJson(method.input, value, { registry: types });
    } catch (cause) {
      const reason = (cause as Error).message.replace(/^cannot decode message \S+ from JSON: /, "");
      throw new CliError(
        `the request is no ${method.input.typeName}: ${reason}`,
        `It has: ${method.input.fields.map(({ jsonName }) => jsonName).join(", ") || "no fields"}.`,
        { cause },
      );
    }
  };
  const sendsMany =
    method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming";
  if (!sendsMany) {
    yield parse(argument === "-" ? await text(process.stdin) : argument);
  } else if (argument === "-") {
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() !== "") yield parse(line);
    }
  } else if (argument.trimStart().startsWith("[")) {
    for (const value of parseJson(argument) as JsonValue[]) yield fromValue(value);
  } else {
    for (const line of argument.split("\n")) if (line.trim() !== "") yield parse(line);
  }
}

function parseJson(json: string): JsonValue {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new CliError(
      `the request is no JSON: ${(cause as Error).message}`,
      `Quote it for the shell: '{"message":"hi"}'`,
      { cause },
    );
  }
}
