import { create, type DescMessage } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  MethodOptions_IdempotencyLevel,
  OneofDescriptorProtoSchema,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { mapEntryName } from "./check-names.js";
import { CommentTrail } from "./comments.js";
import { enumValues } from "./enum-values.js";
import { filePath } from "./imported-files.js";
import type {
  EnumModel,
  FieldModel,
  MessageModel,
  PackageModel,
  PayloadModel,
  ServiceModel,
  ValueModel,
} from "./model.js";
import { jsonName, protoPath, snakeCase } from "./names.js";
import { enumReserved, messageReserved } from "./reserved.js";
import { scalarTypes } from "./scalars.js";

const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;
const { MESSAGE, ENUM, STRING } = FieldDescriptorProto_Type;

/** The first lines of every emitted file. */
const banner = " Generated from decorated classes. Change the classes, not this file.\n";

/** The descriptor of a package's file, comments included: the source of its text as well. */
export function fileDescriptor(model: PackageModel): FileDescriptorProto {
  const comments = new CommentTrail();
  comments.detached([12], banner);
  const topLevel = model.messages.filter((message) => message.within === undefined);
  const file = create(FileDescriptorProtoSchema, {
    name: model.path,
    package: model.name,
    syntax: "proto3",
    dependency: fileImports(model),
    messageType: topLevel.map((message, i) => messageDescriptor(message, model, comments.at(4, i))),
    enumType: model.enums.map((e, i) => enumDescriptor(e, comments.at(5, i))),
    service: model.services.map((s, i) => serviceDescriptor(s, comments.at(6, i))),
  });
  file.sourceCodeInfo = comments.sourceCodeInfo();
  return file;
}

function fileImports(model: PackageModel): string[] {
  const paths = new Set<string>();
  const addValue = (value: ValueModel): void => {
    if (value.kind === "date") paths.add("google/protobuf/timestamp.proto");
    else if (value.kind === "generated") paths.add(filePath(value.desc.file));
    else if (value.kind !== "scalar") paths.add(protoPath(value.packageName));
  };
  for (const message of model.messages) {
    for (const field of message.fields) addValue(field.value);
  }
  for (const { methods } of model.services) {
    for (const { request, response } of methods) {
      for (const { message } of [request, response]) {
        addValue(isGenerated(message) ? { kind: "generated", desc: message } : message);
      }
    }
  }
  paths.delete(model.path);
  return [...paths].sort();
}

function isGenerated(message: PayloadModel["message"]): message is DescMessage {
  return "file" in message;
}

function messageDescriptor(
  model: MessageModel,
  owner: PackageModel,
  comments: CommentTrail,
): DescriptorProto {
  comments.leading(model.options.doc);
  const entries: DescriptorProto[] = [];
  const oneofs = [...new Set(model.fields.flatMap((field) => field.oneof ?? []))];
  const declared = oneofs.length;
  const field = model.fields.map((f, i) => {
    comments.at(2, i).leading(f.doc);
    if (f.cardinality === "map") entries.push(mapEntry(f));
    const descriptor = fieldDescriptor(f, model.typeName);
    if (f.oneof !== undefined) descriptor.oneofIndex = oneofs.indexOf(f.oneof);
    return descriptor;
  });
  // A proto3 optional field is the only member of a oneof of its own, after all declared ones.
  const taken = new Set([...field.map(({ name }) => name), ...oneofs]);
  for (const descriptor of field.filter((f) => f.proto3Optional)) {
    const name = syntheticName(descriptor.name, taken);
    taken.add(name);
    descriptor.oneofIndex = oneofs.push(name) - 1;
  }
  const oneofDocs = new Map(
    Object.entries(model.options.oneofs ?? {}).map(([label, { doc }]) => [snakeCase(label), doc]),
  );
  oneofs.slice(0, declared).forEach((name, i) => {
    comments.at(8, i).leading(oneofDocs.get(name));
  });
  const nested = owner.messages.filter((message) => message.within === model);
  return create(DescriptorProtoSchema, {
    name: model.name,
    field,
    // Where protoc puts map entries among nested types is not observable; ours come first.
    nestedType: [
      ...entries,
      ...nested.map((m, i) => messageDescriptor(m, owner, comments.at(3, entries.length + i))),
    ],
    oneofDecl: oneofs.map((name) => create(OneofDescriptorProtoSchema, { name })),
    ...messageReserved(model.options.reserved),
    ...(model.options.deprecated && { options: { deprecated: true } }),
  });
}

/** As `GenerateSyntheticOneofs` in protoc's parser.cc. */
function syntheticName(fieldName: string, taken: ReadonlySet<string>): string {
  let name = fieldName.startsWith("_") ? fieldName : `_${fieldName}`;
  while (taken.has(name)) name = `X${name}`;
  return name;
}

function fieldDescriptor(model: FieldModel, messageTypeName: string): FieldDescriptorProto {
  const isMap = model.cardinality === "map";
  return create(FieldDescriptorProtoSchema, {
    name: model.name,
    jsonName: jsonName(model.name),
    number: model.number,
    label: isMap || model.cardinality === "repeated" ? REPEATED : OPTIONAL,
    ...(isMap
      ? { type: MESSAGE, typeName: `.${messageTypeName}.${mapEntryName(model)}` }
      : valueType(model.value)),
    ...(model.cardinality === "optional" && { proto3Optional: true }),
    ...(model.deprecated && { options: { deprecated: true } }),
  });
}

function valueType(value: ValueModel): { type: FieldDescriptorProto_Type; typeName?: string } {
  switch (value.kind) {
    case "scalar":
      return { type: scalarTypes[value.scalar] };
    case "date":
      return { type: MESSAGE, typeName: ".google.protobuf.Timestamp" };
    case "generated":
      return {
        type: value.desc.kind === "message" ? MESSAGE : ENUM,
        typeName: `.${value.desc.typeName}`,
      };
    default:
      return { type: value.kind === "message" ? MESSAGE : ENUM, typeName: `.${value.typeName}` };
  }
}

function mapEntry(field: FieldModel): DescriptorProto {
  const label = OPTIONAL;
  return create(DescriptorProtoSchema, {
    name: mapEntryName(field),
    field: [
      {
        name: "key",
        jsonName: "key",
        number: 1,
        label,
        type: field.mapKey === undefined ? STRING : scalarTypes[field.mapKey],
      },
      { name: "value", jsonName: "value", number: 2, label, ...valueType(field.value) },
    ],
    options: { mapEntry: true },
  });
}

function enumDescriptor(model: EnumModel, comments: CommentTrail): EnumDescriptorProto {
  const { options } = model.facts;
  comments.leading(options.doc);
  const values = enumValues(model);
  const allowAlias = new Set(values.map((v) => v.number)).size < values.length;
  return create(EnumDescriptorProtoSchema, {
    name: model.name,
    value: values.map(({ name, number, options: { doc, deprecated } }, i) => {
      comments.at(2, i).leading(doc);
      return { name, number, ...(deprecated && { options: { deprecated: true } }) };
    }),
    ...enumReserved(options.reserved),
    ...((allowAlias || options.deprecated) && {
      options: {
        ...(allowAlias && { allowAlias }),
        ...(options.deprecated && { deprecated: true }),
      },
    }),
  });
}

function serviceDescriptor(model: ServiceModel, comments: CommentTrail): ServiceDescriptorProto {
  comments.leading(model.options.doc);
  return create(ServiceDescriptorProtoSchema, {
    name: model.name,
    method: model.methods.map(({ name, kind, request, response, facts }, i) => {
      comments.at(2, i).leading(facts.options.doc);
      const isIdempotent = facts.kind === "action" && facts.options.idempotent === true;
      return create(MethodDescriptorProtoSchema, {
        name,
        inputType: `.${request.message.typeName}`,
        outputType: `.${response.message.typeName}`,
        // Unset rather than false, as protoc leaves it.
        ...((kind === "client_streaming" || kind === "bidi_streaming") && {
          clientStreaming: true,
        }),
        ...((kind === "server_streaming" || kind === "bidi_streaming") && {
          serverStreaming: true,
        }),
        ...((isIdempotent || facts.options.deprecated) && {
          options: {
            ...(facts.options.deprecated && { deprecated: true }),
            ...(isIdempotent && {
              idempotencyLevel: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS,
            }),
          },
        }),
      });
    }),
    ...(model.options.deprecated && { options: { deprecated: true } }),
  });
}
