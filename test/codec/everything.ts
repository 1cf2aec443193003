import type { DescMessage, JsonObject } from "@bufbuild/protobuf";
import {
  type Duration,
  DurationSchema,
  type FieldMask,
  FieldMaskSchema,
  Int64ValueSchema,
  StringValueSchema,
  StructSchema,
} from "@bufbuild/protobuf/wkt";
import {
  action,
  type EnumValue,
  enumType,
  field,
  map,
  message,
  repeated,
  service,
} from "../../src/index.js";
import { compile } from "../schema/compiling.js";

const Color = enumType("Color", { Unspecified: 0, Red: 1, DarkBlue: 2 });

/** A field of every kind. */
@message()
export class Everything {
  @field(1, "double") double!: number;
  @field(2, "float") float!: number;
  @field(3, "int32") int32!: number;
  @field(4, "int64") int64!: bigint;
  @field(5, "uint32") uint32!: number;
  @field(6, "uint64") uint64!: bigint;
  @field(7, "sint32") sint32!: number;
  @field(8, "sint64") sint64!: bigint;
  @field(9, "fixed32") fixed32!: number;
  @field(10, "fixed64") fixed64!: bigint;
  @field(11, "sfixed32") sfixed32!: number;
  @field(12, "sfixed64") sfixed64!: bigint;
  @field(13, "bool") bool!: boolean;
  @field(14, "string") someText!: string;
  @field(15, "bytes") bytes!: Uint8Array;
  @field(16, Color) color!: EnumValue<typeof Color>;
  @field(17, "int32", { optional: true }) maybe?: number;
  @field(18, "string", { oneof: "either" }) thisText?: string;
  @field(19, () => Everything, { oneof: "either" }) thatOne?: Everything;
  @field(20, repeated("string")) texts!: string[];
  @field(21, repeated("sint64")) numbers!: bigint[];
  @field(22, repeated(Color)) colors!: EnumValue<typeof Color>[];
  @field(
    23,
    repeated(() => Everything),
  )
  list!: Everything[];
  @field(24, map("string", "int32")) stock!: Record<string, number>;
  @field(
    25,
    map("int32", () => Everything),
  )
  byNumber!: Record<number, Everything>;
  @field(26, map("bool", "bytes")) byFlag!: Record<string, Uint8Array>;
  @field(27, map("uint64", Color)) byBig!: Record<string, EnumValue<typeof Color>>;
  @field(28, () => Everything) inner?: Everything;
  @field(29, Date) at?: Date;
  @field(30, DurationSchema) took?: Duration;
  @field(31, FieldMaskSchema) mask?: FieldMask;
  @field(32, StringValueSchema) wrappedText?: string;
  @field(33, Int64ValueSchema) wrappedNumber?: bigint;
  @field(5000, "int32") far!: number;
  @field(5001, StructSchema) notes?: JsonObject;
}

@service()
class Demo {
  @action({ request: Everything })
  async take() {}
}

export const everything: DescMessage = compile(new Demo()).registry.message("demo.v1.Everything");
