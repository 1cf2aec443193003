import { create, type JsonObject } from "@bufbuild/protobuf";
import {
  type Any,
  AnySchema,
  anyPack,
  anyUnpack,
  BoolValueSchema,
  BytesValueSchema,
  type Duration,
  DurationSchema,
  type Empty,
  EmptySchema,
  type FieldMask,
  FieldMaskSchema,
  Int64ValueSchema,
  type ListValue,
  ListValueSchema,
  NullValue,
  NullValueSchema,
  StringValueSchema,
  StructSchema,
  type Timestamp,
  TimestampSchema,
  timestampFromMs,
  type Value,
  ValueSchema,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { action, field, type Init, map, message, repeated, service } from "../../src/index.js";
import { createTestRig, rigProtocols } from "../../src/testing/index.js";
import { compile, protoOf } from "./compiling.js";

describe("generated types as fields", () => {
  @message()
  class Everything {
    @field(1, TimestampSchema) timestamp?: Timestamp;
    @field(2, DurationSchema) duration?: Duration;
    @field(3, StructSchema) struct?: JsonObject;
    @field(4, ValueSchema) value?: Value;
    @field(5, ListValueSchema) list?: ListValue;
    @field(6, AnySchema) any?: Any;
    @field(7, FieldMaskSchema) mask?: FieldMask;
    @field(8, EmptySchema) empty?: Empty;
    @field(9, NullValueSchema) nothing!: NullValue;
    @field(10, StringValueSchema) text?: string;
    @field(11, Int64ValueSchema) count?: bigint;
    @field(12, BoolValueSchema) flag?: boolean;
    @field(13, repeated(TimestampSchema)) timestamps!: Timestamp[];
    @field(14, map("string", DurationSchema)) durations!: Record<string, Duration>;
    @field(15, repeated(StructSchema)) structs!: JsonObject[];
    @field(16, map("int32", StructSchema)) structsById!: Record<number, JsonObject>;
    @field(17, StructSchema, { oneof: "either" }) orStruct?: JsonObject;
    @field(18, AnySchema, { oneof: "either" }) orAny?: Any;
  }

  @service()
  class Demo {
    @action({ request: Everything, response: Everything })
    echo(everything: Everything) {
      return everything;
    }
  }

  const value = create(ValueSchema, { kind: { case: "numberValue", value: 1.5 } });
  const unset = { timestamps: [], durations: {}, structs: [], structsById: {} };
  const everything = {
    timestamp: timestampFromMs(1_700_000_000_123),
    duration: create(DurationSchema, { seconds: -1n, nanos: -5 }),
    struct: { a: [1, { b: null }], c: "x" },
    value,
    list: create(ListValueSchema, { values: [value] }),
    any: anyPack(DurationSchema, create(DurationSchema, { seconds: 7n })),
    mask: create(FieldMaskSchema, { paths: ["a_b.c"] }),
    empty: create(EmptySchema),
    nothing: NullValue.NULL_VALUE,
    text: "",
    count: 2n ** 62n,
    flag: false,
    timestamps: [timestampFromMs(0), timestampFromMs(1)],
    durations: { a: create(DurationSchema, { seconds: 1n }) },
    structs: [{ x: null }, { x: 1 }],
    structsById: { 5: { y: [true] } },
    orStruct: { z: "z" },
  };

  test("are named by their own names and imported from their own files", () => {
    const text = protoOf(compile(new Demo()));
    expect([...text.matchAll(/import "(.*)";/g)].map(([, path]) => path)).toEqual([
      "google/protobuf/any.proto",
      "google/protobuf/duration.proto",
      "google/protobuf/empty.proto",
      "google/protobuf/field_mask.proto",
      "google/protobuf/struct.proto",
      "google/protobuf/timestamp.proto",
      "google/protobuf/wrappers.proto",
    ]);
    expect(text).toContain("google.protobuf.NullValue nothing = 9;");
    expect(text).toContain("map<int32, google.protobuf.Struct> structs_by_id = 16;");
    expect(text).toContain("oneof either {\n    google.protobuf.Struct or_struct = 17;");
  });

  // JSON of `Any` needs a registry of what may be in it, which the clients of a rig have not.
  const protocols = rigProtocols.filter((protocol) => !protocol.includes("json"));

  test.each(protocols)("come through %s, natural values as such", async (protocol) => {
    await using rig = await createTestRig({ services: [new Demo()], protocol });
    const answer = (await rig.client(Demo).echo(everything)) as Everything;
    expect(answer).toEqual(everything);
    expect(anyUnpack(answer.any!, DurationSchema)?.seconds).toBe(7n);
  });

  test("come through JSON too, but for Any", async () => {
    const { any, ...others } = everything;
    await using rig = await createTestRig({ services: [new Demo()], protocol: "connect-json-h1" });
    expect(await rig.client(Demo).echo({ ...others, any: undefined })).toEqual(others);
    expect(any.typeUrl).toContain("Duration");
  });

  test("are undefined where they are not set", async () => {
    await using rig = await createTestRig({ services: [new Demo()] });
    expect(await rig.client(Demo).echo({ ...unset, nothing: 0 })).toEqual({ ...unset, nothing: 0 });
  });

  test("are taken as plain objects with the same data", async () => {
    await using rig = await createTestRig({ services: [new Demo()] });
    const duration = { seconds: 3n, nanos: 0 };
    const answer = (await rig.client(Demo).echo({
      ...unset,
      nothing: 0,
      duration,
      timestamps: [{ seconds: 1n, nanos: 2 }],
    })) as Everything;
    expect(answer.duration).toEqual(create(DurationSchema, duration));
    expect(answer.timestamps).toEqual([create(TimestampSchema, { seconds: 1n, nanos: 2 })]);
  });
});

describe("generated types as payloads", () => {
  @service()
  class Demo {
    @action({ request: TimestampSchema, response: DurationSchema })
    since({ seconds }: Timestamp) {
      return { seconds: 10n - seconds };
    }
    @action({ request: StructSchema, response: StructSchema })
    struct(json: JsonObject) {
      return { ...json, seen: true };
    }
    @action({ request: StringValueSchema, response: repeated(DurationSchema) })
    text(text: string) {
      return [...text].map((_, i) => ({ seconds: BigInt(i) }));
    }
    @action({ request: EmptySchema, response: EmptySchema })
    empty(_: Empty) {
      return {};
    }
    @action({ request: NullValueSchema, response: FieldMaskSchema })
    nothing(nothing: NullValue) {
      return { paths: [`p${nothing}`] };
    }
  }

  test("are messages as they are, natural ones in a message of their own", () => {
    const text = protoOf(compile(new Demo()));
    expect([...text.matchAll(/rpc .*;/g)].map(([line]) => line)).toEqual([
      "rpc Since(google.protobuf.Timestamp) returns (google.protobuf.Duration);",
      "rpc Struct(StructRequest) returns (StructResponse);",
      "rpc Text(TextRequest) returns (TextResponse);",
      "rpc Empty(google.protobuf.Empty) returns (google.protobuf.Empty);",
      "rpc Nothing(NothingRequest) returns (google.protobuf.FieldMask);",
    ]);
    expect(text).toContain("message TextRequest {\n  google.protobuf.StringValue value = 1;\n}");
  });

  test.each(["memory", "connect-json-h1"] as const)("come through %s", async (protocol) => {
    await using rig = await createTestRig({ services: [new Demo()], protocol });
    const client = rig.client(Demo);
    expect(await client.since(create(TimestampSchema, { seconds: 4n }))).toEqual(
      create(DurationSchema, { seconds: 6n }),
    );
    expect(await client.struct({ a: null })).toEqual({ a: null, seen: true });
    expect(await client.text("ab")).toEqual([
      create(DurationSchema),
      create(DurationSchema, { seconds: 1n }),
    ]);
    expect(await client.empty({})).toEqual(create(EmptySchema));
    expect(await client.nothing(0)).toEqual(create(FieldMaskSchema, { paths: ["p0"] }));
  });
});

describe("wrappers in lists, maps and oneofs", () => {
  // @bufbuild/protobuf has messages in these places, not their values. The types promise values.
  @message()
  class Lists {
    @field(1, repeated(StringValueSchema)) texts!: string[];
    @field(2, map("string", Int64ValueSchema)) counts!: Record<string, bigint>;
    @field(3, BytesValueSchema, { oneof: "either" }) bytes?: Uint8Array;
    @field(4, StringValueSchema, { oneof: "either" }) text?: string;
    @field(5, StringValueSchema, { optional: true }) maybe?: string;
  }

  @service()
  class Demo {
    @action({ request: Lists, response: Lists })
    echo(lists: Lists) {
      return lists;
    }
  }

  test.each<Init<Lists>>([
    { texts: ["", "x"], counts: {} },
    { texts: [], counts: { a: 0n, b: 5n } },
    { texts: [], counts: {}, bytes: new Uint8Array([1]) },
    { texts: [], counts: {}, text: "x" },
    { texts: [], counts: {}, maybe: "" },
  ])("come through by their values: %o", async (lists) => {
    await using rig = await createTestRig({ services: [new Demo()] });
    expect(await rig.client(Demo).echo(lists)).toEqual(lists);
  });
});
