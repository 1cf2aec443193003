/**
 * The service all servers of this bench implement: `Echo` answers with the request's text and its
 * sequence plus one, so neither a mirrored request nor a constant is a right answer.
 */
import { create, createFileRegistry, type Message, toBinary } from "@bufbuild/protobuf";
import type { GenMessage, GenService } from "@bufbuild/protobuf/codegenv2";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import type { Exchange } from "../lib/loads/closed-loop.js";

export interface Echo {
  text: string;
  sequence: number;
}

export const echoPath = "/bench.v1.EchoService/Echo";

type EchoService = GenService<{
  echo: {
    methodKind: "unary";
    input: GenMessage<Message<"bench.v1.EchoRequest"> & Echo>;
    output: GenMessage<Message<"bench.v1.EchoResponse"> & Echo>;
  };
}>;

/** As generated code would describe it; Sluice's server makes its own from decorators. */
export const echoService = describe();

function describe(): EchoService {
  const message = (name: string) => ({
    name,
    field: [
      { name: "text", number: 1, type: FieldDescriptorProto_Type.STRING },
      { name: "sequence", number: 2, type: FieldDescriptorProto_Type.INT32 },
    ].map((f) => ({ ...f, jsonName: f.name, label: FieldDescriptorProto_Label.OPTIONAL })),
  });
  const file = create(FileDescriptorProtoSchema, {
    name: "bench/v1/echo.proto",
    package: "bench.v1",
    syntax: "proto3",
    messageType: [message("EchoRequest"), message("EchoResponse")],
    service: [
      {
        name: "EchoService",
        method: [
          {
            name: "Echo",
            inputType: ".bench.v1.EchoRequest",
            outputType: ".bench.v1.EchoResponse",
          },
        ],
      },
    ],
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  return registry.getService("bench.v1.EchoService") as EchoService;
}

/** Prime, so that it has no factor in common with the number of requests in flight. */
const distinct = 97;

/** Messages of about 60 bytes as JSON, each different. */
function exchanges(encode: (message: Echo, schema: "input" | "output") => Uint8Array): Exchange[] {
  return Array.from({ length: distinct }, (_, index) => {
    const text = `${index}`.padStart(4, "0").concat(" the quick brown fox jumps over");
    const sequence = 1000 + index;
    return {
      request: encode({ text, sequence }, "input"),
      response: encode({ text, sequence: sequence + 1 }, "output"),
    };
  });
}

const binary = ({ text, sequence }: Echo, schema: "input" | "output") => {
  const desc = echoService.method.echo[schema];
  return toBinary(desc, create(desc, { text, sequence }));
};

export const jsonExchanges = exchanges((message) => Buffer.from(JSON.stringify(message)));
export const binaryExchanges = exchanges(binary);

/** The same in gRPC's envelope: a flag byte and the length. */
export const grpcExchanges = exchanges((message, schema) => {
  const body = binary(message, schema);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
});
