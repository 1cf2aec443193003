import { EmptySchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import {
  action,
  type EnumValue,
  enumType,
  field,
  message,
  repeated,
  service,
  stream,
} from "../../src/index.js";
import { createTestRig } from "../../src/testing/index.js";
import { buildWithBuf, formatDiff } from "../support/buf.js";
import { comparable } from "../support/compare-descriptors.js";
import { compile, protoOf } from "./compiling.js";

describe("several services", () => {
  const Unit = enumType("Unit", { Unspecified: 0, Celsius: 1 }, { package: "shared.v1" });

  @message({ package: "shared.v1" })
  class Value {
    @field(1, "double") value!: number;
    @field(2, Unit) unit!: EnumValue<typeof Unit>;
  }

  @message()
  class Reading {
    @field(1, Value) value?: Value;
    @field(2, Unit) unit!: EnumValue<typeof Unit>;
  }

  @message({ package: "base.v1beta2" })
  class Base {
    @field(1, repeated(Value)) values!: Value[];
  }

  @service()
  class Sensors {
    @action({ response: Reading })
    read() {
      return { unit: Unit.Celsius, value: { value: 1, unit: Unit.Unspecified } };
    }
  }

  @service({ name: "Log" })
  class History {
    @action({ response: Reading })
    last() {
      return { unit: Unit.Unspecified };
    }
    @action({ request: Value })
    store(_: Value) {}
  }

  @service({ package: "other.v1" })
  class Other {
    @action({ request: Base, response: Value })
    sum({ values }: Base) {
      return { value: values.reduce((sum, { value }) => sum + value, 0), unit: Unit.Celsius };
    }
  }

  const services = () => [new Sensors(), new Other(), new History()];

  test("of one package are in one file, and what they share is declared once", () => {
    const schema = compile(...services());
    expect(protoOf(schema)).toBe(
      `
package demo.v1;

import "google/protobuf/empty.proto";
import "shared/v1/shared.proto";

service SensorsService {
  rpc Read(google.protobuf.Empty) returns (Reading);
}

service Log {
  rpc Last(google.protobuf.Empty) returns (Reading);
  rpc Store(shared.v1.Value) returns (google.protobuf.Empty);
}

message Reading {
  shared.v1.Value value = 1;
  shared.v1.Unit unit = 2;
}`.trim(),
    );
  });

  test("of several packages import what they share, each file after those it imports", () => {
    const schema = compile(...services());
    const paths = schema.protoFiles().map(({ path }) => path);
    expect(paths.toSorted()).toEqual([
      "base/v1beta2/base.proto",
      "demo/v1/demo.proto",
      "other/v1/other.proto",
      "shared/v1/shared.proto",
    ]);
    const isBefore = (a: string, b: string) => paths.indexOf(a) < paths.indexOf(b);
    expect(isBefore("shared/v1/shared.proto", "base/v1beta2/base.proto")).toBe(true);
    expect(isBefore("shared/v1/shared.proto", "demo/v1/demo.proto")).toBe(true);
    expect(isBefore("base/v1beta2/base.proto", "other/v1/other.proto")).toBe(true);
    expect(protoOf(schema, "other/v1/other.proto")).toBe(
      `
package other.v1;

import "base/v1beta2/base.proto";
import "shared/v1/shared.proto";

service OtherService {
  rpc Sum(base.v1beta2.Base) returns (shared.v1.Value);
}`.trim(),
    );
  });

  test("are what buf makes of their files", async () => {
    const schema = compile(...services());
    const texts = Object.fromEntries(schema.protoFiles().map(({ path, text }) => [path, text]));
    expect(await formatDiff(texts)).toBe("");
    const built = await buildWithBuf(texts);
    for (const proto of schema.protos) {
      const file = built.file.find(({ name }) => name === proto.name);
      expect(comparable(file!)).toEqual(comparable(proto));
    }
  });

  test("answer side by side", async () => {
    await using rig = await createTestRig({ services: services() });
    expect(await rig.client(Sensors).read()).toEqual({
      unit: Unit.Celsius,
      value: { value: 1, unit: 0 },
    });
    expect(await rig.client(History).last()).toEqual({ unit: 0, value: undefined });
    const values = [1, 2, 3.5].map((value) => ({ value, unit: Unit.Celsius }));
    expect(await rig.client(Other).sum({ values })).toEqual({ value: 6.5, unit: Unit.Celsius });
  });

  test("give the same text whatever the order of the imports among their packages", () => {
    const [a, b, c] = services() as [object, object, object];
    const text = (...list: object[]) => protoOf(compile(...list), "shared/v1/shared.proto");
    expect(text(c, b, a)).toBe(text(a, b, c));
  });
});

describe("methods", () => {
  @message()
  class Item {
    @field(1, "string") name!: string;
  }

  @service()
  class Shapes {
    @action()
    nothing() {}
    @action({ request: "string", response: "int32", idempotent: true })
    countText(text: string) {
      return text.length;
    }
    @action({ request: repeated(Item), response: repeated("string"), name: "ListAllNames" })
    names(items: Item[]) {
      return items.map(({ name }) => name);
    }
    @action({ request: Date, response: "bytes" })
    async *upTo(until: Date) {
      for (let i = 0; i < until.getTime(); i++) yield new Uint8Array([i]);
    }
    @action({ request: Item, response: Item, stream: "response" })
    again(item: Item) {
      return (async function* () {
        yield item;
        yield item;
      })();
    }
    @action({ request: "int64", response: "int64", stream: "request" })
    async sum(numbers: AsyncIterable<bigint>) {
      let sum = 0n;
      for await (const number of numbers) sum += number;
      return sum;
    }
    @action({ request: Item, response: "string", stream: "both" })
    async *upper(items: AsyncIterable<Item>) {
      for await (const { name } of items) yield name.toUpperCase();
    }
    @stream({ payload: Item, name: "WatchItems" })
    async items(name: string) {
      return { name };
    }
    @stream({ payload: "bool", request: "string", key: (name) => name })
    async isOn(_: string) {
      return true;
    }
  }

  test("become RPCs of the kind they are written as", () => {
    const text = protoOf(compile(new Shapes()));
    const rpcs = [...text.matchAll(/rpc .*;|rpc .*\{|option idem.*;/g)].map(([line]) => line);
    expect(rpcs).toEqual([
      "rpc Nothing(google.protobuf.Empty) returns (google.protobuf.Empty);",
      "rpc CountText(CountTextRequest) returns (CountTextResponse) {",
      "option idempotency_level = NO_SIDE_EFFECTS;",
      "rpc ListAllNames(ListAllNamesRequest) returns (ListAllNamesResponse);",
      "rpc UpTo(UpToRequest) returns (stream UpToResponse);",
      "rpc Again(Item) returns (stream Item);",
      "rpc Sum(stream SumRequest) returns (SumResponse);",
      "rpc Upper(stream Item) returns (stream UpperResponse);",
      "rpc WatchItems(google.protobuf.Empty) returns (stream Item);",
      "rpc IsOn(IsOnRequest) returns (stream IsOnResponse);",
    ]);
    expect(text).toContain("message ListAllNamesRequest {\n  repeated Item values = 1;\n}");
    expect(text).toContain("message UpToRequest {\n  google.protobuf.Timestamp value = 1;\n}");
  });

  test("are called with what they take, and answer with what they return", async () => {
    await using rig = await createTestRig({ services: [new Shapes()] });
    const client = rig.client(Shapes);
    expect(await client.nothing()).toMatchObject({ $typeName: EmptySchema.typeName });
    expect(await client.countText("größer")).toBe(6);
    expect(await client.names([{ name: "a" }, { name: "b" }])).toEqual(["a", "b"]);
    expect(await all(client.upTo(new Date(2)))).toEqual([new Uint8Array([0]), new Uint8Array([1])]);
    expect(await all(client.again({ name: "x" }))).toEqual([{ name: "x" }, { name: "x" }]);
    expect(await client.sum(from(1n, 2n ** 40n))).toBe(2n ** 40n + 1n);
    expect(await all(client.upper(from({ name: "a" }, { name: "b" })))).toEqual(["A", "B"]);
  });

  async function* from<T>(...values: T[]) {
    yield* values;
  }

  async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
    const list: T[] = [];
    for await (const value of values) list.push(value);
    return list;
  }
});
