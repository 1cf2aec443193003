import { describe, expect, test } from "vitest";
import { action, field, map, message, repeated, service } from "../../src/index.js";
import { createTestRig } from "../../src/testing/index.js";
import { compile, protoOf } from "./compiling.js";

/** The messages and enums of a schema whose one service `Demo` has one RPC `Echo`. */
function declarations(...services: readonly object[]): string {
  const text = protoOf(compile(...services));
  return text.slice(text.indexOf("}\n\n") + 3);
}

describe("a message", () => {
  @message({ doc: "A reading.\n\nOf a sensor.", deprecated: true })
  class Reading {
    @field(1, "double", { doc: "In degrees." }) value!: number;
    @field(2, "string", { deprecated: true }) unit!: string;
    @field(15, Date) at?: Date;
  }

  @service({ doc: "Echoes.", deprecated: true })
  class Demo {
    @action({ request: Reading, response: Reading, doc: "Says it again.", deprecated: true })
    echo(reading: Reading) {
      return reading;
    }
  }

  test("has comments and deprecation", () => {
    expect(protoOf(compile(new Demo()))).toBe(
      `
package demo.v1;

import "google/protobuf/timestamp.proto";

// Echoes.
service DemoService {
  option deprecated = true;

  // Says it again.
  rpc Echo(Reading) returns (Reading) {
    option deprecated = true;
  }
}

// A reading.
//
// Of a sensor.
message Reading {
  option deprecated = true;

  // In degrees.
  double value = 1;
  string unit = 2 [deprecated = true];
  google.protobuf.Timestamp at = 15;
}`.trim(),
    );
  });
});

describe("reserved numbers and names", () => {
  @message({ reserved: [2, [5, 9], "old_name", [536_870_910, 536_870_911], "older"] })
  class Reading {
    @field(1, "string") a!: string;
    @field(3, "string") b!: string;
  }

  @service()
  class Demo {
    @action({ request: Reading, response: Reading })
    echo(reading: Reading) {
      return reading;
    }
  }

  test("are in the text, apart from the fields", () => {
    expect(declarations(new Demo())).toBe(
      `
message Reading {
  reserved 2, 5 to 9, 536870910 to max;
  reserved "old_name", "older";

  string a = 1;
  string b = 3;
}`.trim(),
    );
  });
});

describe("messages within messages", () => {
  @message({ within: () => Outer, name: "Part" })
  class Inner {
    @field(1, "string") text!: string;
    @field(2, () => Innermost) innermost?: Innermost;
  }

  @message({ within: () => Inner, doc: "Deep down." })
  class Innermost {
    @field(1, () => Outer) outer?: Outer;
  }

  @message({ name: "Whole" })
  class Outer {
    @field(1, repeated(Inner)) parts!: Inner[];
    @field(2, map("string", Inner)) byName!: Record<string, Inner>;
  }

  const text = `
message Whole {
  repeated Part parts = 1;
  map<string, Part> by_name = 2;

  message Part {
    string text = 1;
    Innermost innermost = 2;

    // Deep down.
    message Innermost {
      Whole outer = 1;
    }
  }
}`.trim();

  @service()
  class FromOutside {
    @action({ request: Outer, response: Outer })
    echo(outer: Outer) {
      return outer;
    }
  }

  @service()
  class FromInside {
    @action({ request: Innermost, response: Innermost })
    echo(innermost: Innermost) {
      return innermost;
    }
  }

  test("are declared there, from whichever end they are reached", () => {
    expect(declarations(new FromOutside())).toBe(text);
    expect(declarations(new FromInside())).toBe(text);
  });

  test("are values of their classes", async () => {
    await using rig = await createTestRig({ services: [new FromInside()] });
    const sent = { outer: { parts: [{ text: "a" }], byName: { b: { text: "b" } } } };
    const answer = await rig.client(FromInside).echo(sent);
    expect(answer).toEqual(sent);
    const { outer } = answer as Innermost;
    expect(outer).toBeInstanceOf(Outer);
    expect(outer?.parts[0]).toBeInstanceOf(Inner);
    expect(outer?.byName.b).toBeInstanceOf(Inner);
  });
});

describe("a recursive message", () => {
  @message()
  class Tree {
    @field(1, "string") name!: string;
    @field(
      2,
      repeated(() => Tree),
    )
    children!: Tree[];
    @field(3, () => Tree) parent?: Tree;
    @field(
      4,
      map("int32", () => Tree),
    )
    byNumber!: { [key: number]: Tree };
  }

  @service()
  class Forest {
    @action({ request: Tree, response: Tree })
    echo(tree: Tree) {
      return tree;
    }
  }

  test("comes through as deep as it is", async () => {
    await using rig = await createTestRig({ services: [new Forest()] });
    const leaf = (name: string) => ({ name, children: [], byNumber: {} });
    const tree = {
      ...leaf("root"),
      children: [leaf("a"), { ...leaf("b"), children: [leaf("c")] }],
      parent: leaf("p"),
      byNumber: { 7: leaf("seven"), [-1]: leaf("minus one") },
    };
    const answer = await rig.client(Forest).echo(tree);
    expect(answer).toEqual(tree);
    expect((answer as Tree).children[1]?.children[0]).toBeInstanceOf(Tree);
  });
});

describe("presence", () => {
  @message()
  class Choice {
    @field(1, "int32", { optional: true }) count?: number;
    @field(2, "string", { oneof: "paymentMethod" }) card?: string;
    @field(3, "string") note!: string;
    @field(4, Date, { oneof: "paymentMethod" }) cash?: Date;
    @field(5, () => Choice, { oneof: "other" }) choice?: Choice;
    @field(6, "bool", { oneof: "paymentMethod", doc: "Nothing." }) free?: boolean;
    @field(7, "string", { optional: true, name: "_x" }) underscored?: string;
    @field(8, "string", { name: "_count" }) other!: string;
    @field(9, "string", { optional: true }) x?: string;
  }

  @service()
  class Demo {
    @action({ request: Choice, response: Choice })
    echo(choice: Choice) {
      return choice;
    }
  }

  test("is optional, or a oneof with its members side by side", () => {
    expect(declarations(new Demo())).toBe(
      `
message Choice {
  optional int32 count = 1;

  oneof payment_method {
    string card = 2;
    google.protobuf.Timestamp cash = 4;

    // Nothing.
    bool free = 6;
  }

  string note = 3;

  oneof other {
    Choice choice = 5;
  }

  optional string _x = 7;
  string _count = 8;
  optional string x = 9;
}`.trim(),
    );
  });

  test.each([
    ["nothing", {}],
    ["zero", { count: 0 }],
    ["the first of a oneof", { card: "" }],
    ["a Date in a oneof", { cash: new Date(0) }],
    ["false in a oneof", { free: false }],
    ["members of two oneofs", { free: true, choice: { note: "", other: "", count: 0 } }],
  ])("tells %s apart", async (_, set) => {
    await using rig = await createTestRig({ services: [new Demo()] });
    const answer = await rig.client(Demo).echo({ note: "n", other: "", ...set });
    expect(answer).toStrictEqual(Object.assign(new Choice(), withAll({ note: "n", ...set })));
  });

  /** All keys of `Choice`, unset ones undefined, as declared class fields are. */
  function withAll(set: Partial<Choice>): Choice {
    const unset = { count: undefined, card: undefined, cash: undefined, choice: undefined };
    const { choice } = set;
    return {
      ...unset,
      free: undefined,
      underscored: undefined,
      x: undefined,
      other: "",
      ...(set as { note: string }),
      choice: choice && Object.assign(new Choice(), withAll(choice)),
    };
  }

  test("of two members of a oneof at once is refused by name", async () => {
    await using rig = await createTestRig({ services: [new Demo()] });
    await expect(async () =>
      rig.client(Demo).echo({ note: "", other: "", card: "c", free: true }),
    ).rejects.toThrow(
      "Choice.free: only one field of oneof payment_method may be set, card is too",
    );
  });
});

describe("maps", () => {
  @message()
  class Point {
    @field(1, "double") x!: number;
  }

  @message()
  class Maps {
    @field(1, map("string", Point)) points!: Record<string, Point>;
    @field(2, map("int64", Date)) dates!: Record<string, Date>;
    @field(3, map("uint32", "bytes")) bytes!: Record<number, Uint8Array>;
    @field(4, map("bool", repeatedPoint())) flags!: Record<string, Point>;
  }

  function repeatedPoint() {
    return () => Point;
  }

  @service()
  class Demo {
    @action({ request: Maps, response: Maps })
    echo(maps: Maps) {
      return maps;
    }
  }

  test("hold messages, dates and bytes, by keys of every kind", async () => {
    expect(declarations(new Demo())).toContain(
      `
message Maps {
  map<string, Point> points = 1;
  map<int64, google.protobuf.Timestamp> dates = 2;
  map<uint32, bytes> bytes = 3;
  map<bool, Point> flags = 4;
}`.trim(),
    );
    await using rig = await createTestRig({ services: [new Demo()] });
    const maps = {
      points: { "": { x: 1 }, ключ: { x: Number.NaN } },
      dates: { "-9223372036854775808": new Date(0), "9223372036854775807": new Date(1) },
      bytes: { 4294967295: new Uint8Array([1]) },
      flags: { true: { x: 1 }, false: { x: -1 } },
    };
    expect(await rig.client(Demo).echo(maps)).toEqual(maps);
  });

  test.each([
    ["dates", { x: new Date(0) }, "Maps.dates.x: the key is no int64"],
    ["bytes", { [-1]: new Uint8Array() }, "Maps.bytes.-1: the key is no uint32"],
    ["flags", { yes: { x: 1 } }, "Maps.flags.yes: the key is no bool"],
  ])("refuse keys that are none of %s", async (name, wrong, text) => {
    await using rig = await createTestRig({ services: [new Demo()] });
    const maps = { points: {}, dates: {}, bytes: {}, flags: {}, [name]: wrong };
    await expect(async () => rig.client(Demo).echo(maps)).rejects.toThrow(text);
  });
});
