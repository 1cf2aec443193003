/**
 * The service for grpc-js, with the codec its documentation uses (proto-loader, which is faster here
 * than protobuf-es would be); nice-grpc takes grpc-js's definitions as they are.
 */
import { createRequire } from "node:module";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { fileSet } from "../schema.js";

/** A dependency of grpc-js and not of ours, so it is looked for from there. */
const requireFromGrpcJs = createRequire(createRequire(import.meta.url).resolve("@grpc/grpc-js"));
const protoLoader: ProtoLoader = requireFromGrpcJs("@grpc/proto-loader");

interface ProtoLoader {
  loadFileDescriptorSetFromBuffer(set: Buffer): Record<string, unknown>;
}

const definitions = protoLoader.loadFileDescriptorSetFromBuffer(
  Buffer.from(toBinary(FileDescriptorSetSchema, fileSet)),
);

export const echoDefinition = definitions["bench.v1.EchoService"] as ServiceDefinition;
