import { type Any, AnySchema, type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";
import { type EnumValue, enumType, field, map, message, repeated } from "../../src/index.js";

export const Mood = enumType("Mood", { Unspecified: 0, Calm: 1, Wild: 2 });

/** Something of every kind a message can hold. */
@message()
export class Sample {
  @field(1, "string") text!: string;
  @field(2, "int32") count!: number;
  @field(3, "int64") big!: bigint;
  @field(4, "double") ratio!: number;
  @field(5, "bytes") blob!: Uint8Array;
  @field(6, repeated("string")) list!: string[];
  @field(7, map("string", "int32")) tags!: Record<string, number>;
  @field(8, () => Sample) inner?: Sample;
  @field(9, Date) at?: Date;
  @field(10, AnySchema) any?: Any;
  @field(11, "string", { oneof: "choice" }) word?: string;
  @field(12, "bool", { oneof: "choice" }) flag?: boolean;
  @field(13, Mood) mood!: EnumValue<typeof Mood>;
  @field(14, "string", { optional: true }) note?: string;
  @field(15, repeated("uint64")) ids!: bigint[];
  @field(
    16,
    map("int32", () => Sample),
  )
  more!: Record<number, Sample>;
  @field(17, DurationSchema) lasted?: Duration;
}

/** A sample with these fields, all others unset. */
export function sample(fields: Partial<Sample>): Sample {
  return Object.assign(new Sample(), fields);
}
