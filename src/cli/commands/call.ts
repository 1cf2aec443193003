import { type ArgsDef, defineCommand } from "citty";
import { checkArguments, commonArgs, wholeNumber } from "../arguments.js";
import { type CallProtocol, callProtocols } from "../call/call-protocols.js";
import { parseMethodName } from "../call/find-method.js";
import { headerArg, parseHeaders, parseUrl } from "../http-arguments.js";

const args = {
  url: {
    type: "positional",
    required: true,
    description: "The server, for example http://127.0.0.1:8080",
  },
  method: {
    type: "positional",
    required: true,
    description: "demo.v1.DemoService/Ping, or Demo/ping for short",
  },
  request: {
    type: "positional",
    description: "JSON, or - for stdin; to a method that is sent a stream an array, or lines",
    default: "{}",
  },
  ...headerArg,
  protocol: {
    type: "enum",
    description: "How to call",
    options: [...callProtocols],
    default: "connect",
  },
  timeout: { type: "string", description: "Deadline; default: none", valueHint: "ms" },
  proto: { type: "string", description: "Schema: .proto files; default: proto", valueHint: "dir" },
  app: { type: "string", description: "Schema: the App of this module", valueHint: "file" },
  ...commonArgs,
} as const satisfies ArgsDef;

export default defineCommand({
  meta: { name: "call", description: "Call a method of a running server" },
  args,
  async run({ args: given, rawArgs }): Promise<number> {
    const { timeout } = given;
    const options = {
      url: parseUrl(given.url),
      name: parseMethodName(given.method),
      request: given.request,
      headers: parseHeaders(checkArguments(rawArgs, args).header ?? []),
      timeoutMs:
        timeout === undefined ? undefined : wholeNumber("--timeout", timeout, 1, 2 ** 31 - 1),
      protocol: given.protocol as CallProtocol,
      app: given.app,
      proto: given.proto,
      json: given.json === true,
      verbose: given.verbose === true,
    };
    // Only now: the protocols take longer to load than what is wrong takes to say.
    const { makeCall } = await import("../call/make-call.js");
    return makeCall(options);
  },
});
