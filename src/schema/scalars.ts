import { FieldDescriptorProto_Type } from "@bufbuild/protobuf/wkt";
import type { Scalar } from "../decorators/field-types.js";

/** The descriptor type of each scalar. */
export const scalarTypes = {
  double: FieldDescriptorProto_Type.DOUBLE,
  float: FieldDescriptorProto_Type.FLOAT,
  int32: FieldDescriptorProto_Type.INT32,
  int64: FieldDescriptorProto_Type.INT64,
  uint32: FieldDescriptorProto_Type.UINT32,
  uint64: FieldDescriptorProto_Type.UINT64,
  sint32: FieldDescriptorProto_Type.SINT32,
  sint64: FieldDescriptorProto_Type.SINT64,
  fixed32: FieldDescriptorProto_Type.FIXED32,
  fixed64: FieldDescriptorProto_Type.FIXED64,
  sfixed32: FieldDescriptorProto_Type.SFIXED32,
  sfixed64: FieldDescriptorProto_Type.SFIXED64,
  bool: FieldDescriptorProto_Type.BOOL,
  string: FieldDescriptorProto_Type.STRING,
  bytes: FieldDescriptorProto_Type.BYTES,
} as const satisfies Record<Scalar, FieldDescriptorProto_Type>;

/** Whether a declared type is the name of a scalar. */
export function isScalar(type: unknown): type is Scalar {
  return typeof type === "string" && Object.hasOwn(scalarTypes, type);
}
