import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { defineCommand } from "citty";
import { commonArgs, fileArg } from "../arguments.js";
import { CliError } from "../cli-error.js";
import { exitCodes } from "../exit-codes.js";
import { loadApp } from "../load-app.js";
import { columns, print, printJson } from "../print.js";
import { methodKinds, methodTypes, servicesOfApp, servicesOfProto } from "../services.js";

export default defineCommand({
  meta: { name: "ls", description: "List services and methods" },
  args: {
    file: { ...fileArg, required: false },
    proto: { type: "string", description: "Read .proto files instead", valueHint: "dir" },
    ...commonArgs,
  },
  async run({ args }): Promise<number> {
    if ((args.file === undefined) === (args.proto === undefined)) {
      throw new CliError(
        "ls needs one thing to look at",
        "Run `sluice ls FILE` for an app, or `sluice ls --proto DIR` for .proto files.",
      );
    }
    const { services } =
      args.proto === undefined
        ? servicesOfApp(await loadApp(args.file as string))
        : await servicesOfProto(args.proto);
    if (args.json) {
      printJson(
        services.map(({ typeName, deprecated, methods }) => ({
          service: typeName,
          deprecated,
          methods: methods.map(asJson),
        })),
      );
      return exitCodes.ok;
    }
    for (const { typeName, deprecated, methods } of services) {
      print(deprecated ? `${typeName}  (deprecated)` : typeName);
      for (const line of columns(methods.map(row))) print(line);
    }
    return exitCodes.ok;
  },
});

function row(method: DescMethod): string[] {
  const marks = [...(isIdempotent(method) ? ["idempotent"] : [])];
  if (method.deprecated) marks.push("deprecated");
  return [method.name, methodKinds[method.methodKind], methodTypes(method), marks.join(", ")];
}

function asJson(method: DescMethod): object {
  return {
    name: method.name,
    kind: method.methodKind,
    request: method.input.typeName,
    response: method.output.typeName,
    idempotent: isIdempotent(method),
    deprecated: method.deprecated,
  };
}

function isIdempotent({ idempotency }: DescMethod): boolean {
  return idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
}
