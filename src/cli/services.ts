import { existsSync } from "node:fs";
import {
  createFileRegistry,
  createRegistry,
  type DescMethod,
  type DescService,
  fromBinary,
  type Registry,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { App } from "../app/app.js";
import { CliError } from "./cli-error.js";
import { runBuf } from "./run-buf.js";

/** The services an app or a folder of .proto files declares. */
export interface Services {
  readonly services: readonly DescService[];
  /** All their types, for messages that carry others by name (`google.protobuf.Any`). */
  readonly types: Registry;
}

/** The services of an app, those of its plugins included. */
export function servicesOfApp(app: App): Services {
  const { model, registry } = app.schema();
  const declared = model.packages.flatMap(({ services }) => services);
  const contracts = model.contracts.map(({ contract }) => contract);
  return {
    services: [...declared.map(({ typeName }) => registry.service(typeName)), ...contracts],
    types: createRegistry(...registry.files, ...contracts.map(({ file }) => file)),
  };
}

/** The services in a folder of .proto files, compiled by buf. */
export async function servicesOfProto(dir: string): Promise<Services> {
  if (!existsSync(dir)) {
    throw new CliError(`there is no folder ${dir}`, "Name the folder of your .proto files.");
  }
  const args = ["build", dir, "--as-file-descriptor-set", "-o", "-#format=binpb"];
  const { stdout } = await runBuf(args);
  const types = createFileRegistry(fromBinary(FileDescriptorSetSchema, stdout));
  return { services: [...types].filter((desc) => desc.kind === "service"), types };
}

/** How people call the kinds of methods. */
export const methodKinds: Readonly<Record<DescMethod["methodKind"], string>> = {
  unary: "unary",
  server_streaming: "server stream",
  client_streaming: "client stream",
  bidi_streaming: "bidi stream",
};

/** `PingRequest → PingResponse`, with packages only where they differ from the service's own. */
export function methodTypes({ input, output, parent }: DescMethod): string {
  const prefix = `${parent.file.proto.package}.`;
  const short = (name: string) =>
    name.startsWith(prefix) && !name.slice(prefix.length).includes(".")
      ? name.slice(prefix.length)
      : name;
  return `${short(input.typeName)} → ${short(output.typeName)}`;
}
