/**
 * What all servers of this bench publish, and the service to subscribe to it.
 *
 * Ticks of one kind of encoding all have the same length, so a position in a subscriber's stream of
 * bytes tells how many it has received.
 */
import { create, createFileRegistry, type Message } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import {
  type Empty,
  EmptySchema,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_empty,
} from "@bufbuild/protobuf/wkt";

export interface Tick {
  text: string;
  sequence: number;
}

/** They are published in turn, for ever. Prime, so that no batch is a divisor of it. */
const distinct = 97;

export const ticks: readonly Tick[] = Array.from({ length: distinct }, (_, index) => ({
  text: `${index}`
    .padStart(4, "0")
    .concat(" the quick brown fox jumps over the lazy dog")
    .padEnd(90),
  sequence: 1000 + index,
}));

export const ticksPath = "/bench.v1.FeedService/Ticks";

type TickMessage = Message<"bench.v1.Tick"> & Tick;

type FeedService = GenService<{
  ticks: {
    methodKind: "server_streaming";
    input: GenMessage<Empty>;
    output: GenMessage<TickMessage>;
  };
}>;

/** As generated code would describe it; Sluice's server makes its own from decorators. */
export const feedService = describe();

export const tickSchema = feedService.method.ticks.output;

function describe(): FeedService {
  const fields = [
    { name: "text", number: 1, type: FieldDescriptorProto_Type.STRING },
    { name: "sequence", number: 2, type: FieldDescriptorProto_Type.INT32 },
  ].map((f) => ({ ...f, jsonName: f.name, label: FieldDescriptorProto_Label.OPTIONAL }));
  const method = {
    name: "Ticks",
    inputType: `.${EmptySchema.typeName}`,
    outputType: ".bench.v1.Tick",
    serverStreaming: true,
  };
  const file = create(FileDescriptorProtoSchema, {
    name: "bench/v1/feed.proto",
    package: "bench.v1",
    syntax: "proto3",
    dependency: [file_google_protobuf_empty.proto.name],
    messageType: [{ name: "Tick", field: fields }],
    service: [{ name: "FeedService", method: [method] }],
  });
  const files = [file_google_protobuf_empty.proto, file];
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
  return registry.getService("bench.v1.FeedService") as FeedService;
}
