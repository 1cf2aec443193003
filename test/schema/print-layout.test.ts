import {
  FieldOptions_JSType,
  FileOptions_OptimizeMode,
  MethodOptions_IdempotencyLevel,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { printProto } from "../../src/schema/print/print-proto.js";
import { formatDiff } from "../support/buf.js";
import { type FileInit, field, mapEntry, protoFile, repeated } from "../support/proto-file.js";

interface Case {
  readonly title: string;
  readonly file: FileInit;
  readonly text: string;
}

const header = 'syntax = "proto3";\n\npackage demo.v1;\n\n';
const cases: Case[] = [
  {
    title: "an empty file",
    file: {},
    text: `syntax = "proto3";

package demo.v1;
`,
  },
  {
    title: "a file without package",
    file: { package: "", messageType: [{ name: "M" }] },
    text: `syntax = "proto3";

message M {}
`,
  },
  {
    title: "imports sorted by path, with their modifiers",
    file: {
      dependency: ["z.proto", "google/protobuf/any.proto", "a/b.proto", "a.proto"],
      publicDependency: [0, 3],
      weakDependency: [2],
    },
    text: `syntax = "proto3";

package demo.v1;

import public "a.proto";
import weak "a/b.proto";
import "google/protobuf/any.proto";
import public "z.proto";
`,
  },
  {
    title: "file options sorted by name",
    file: {
      options: {
        swiftPrefix: "",
        optimizeFor: FileOptions_OptimizeMode.CODE_SIZE,
        javaPackage: "com.demo",
        goPackage: 'a/b;"c"\\',
        javaMultipleFiles: false,
        deprecated: true,
      },
    },
    text: `syntax = "proto3";

package demo.v1;

option deprecated = true;
option go_package = "a/b;\\"c\\"\\\\";
option java_multiple_files = false;
option java_package = "com.demo";
option optimize_for = CODE_SIZE;
option swift_prefix = "";
`,
  },
  {
    title: "control characters in strings as escapes that no digit behind them can change",
    file: { options: { goPackage: "\u00001\n\r\t\u007f é漢🚀" } },
    text: `syntax = "proto3";

package demo.v1;

option go_package = "\\0001\\n\\r\\t\\177 é漢🚀";
`,
  },
  {
    title: "services, messages, enums, in this order",
    file: {
      enumType: [{ name: "E", value: [{ name: "E_A", number: 0 }] }],
      messageType: [{ name: "B" }, { name: "A" }],
      service: [{ name: "S" }],
    },
    text: `${header}service S {}

message B {}

message A {}

enum E {
  E_A = 0;
}
`,
  },
  {
    title: "every scalar type",
    file: {
      messageType: [
        {
          name: "M",
          field: [
            field("a", 1, "double"),
            field("b", 2, "float"),
            field("c", 3, "int32"),
            field("d", 4, "int64"),
            field("e", 5, "uint32"),
            field("f", 6, "uint64"),
            field("g", 7, "sint32"),
            field("h", 8, "sint64"),
            field("i", 9, "fixed32"),
            field("j", 10, "fixed64"),
            field("k", 11, "sfixed32"),
            field("l", 12, "sfixed64"),
            field("m", 13, "bool"),
            field("n", 14, "string"),
            field("o", 536870911, "bytes"),
          ],
        },
      ],
    },
    text: `${header}message M {
  double a = 1;
  float b = 2;
  int32 c = 3;
  int64 d = 4;
  uint32 e = 5;
  uint64 f = 6;
  sint32 g = 7;
  sint64 h = 8;
  fixed32 i = 9;
  fixed64 j = 10;
  sfixed32 k = 11;
  sfixed64 l = 12;
  bool m = 13;
  string n = 14;
  bytes o = 536870911;
}
`,
  },
  {
    title: "message and enum fields, single and repeated",
    file: {
      messageType: [
        {
          name: "M",
          field: [
            field("a", 1, ".demo.v1.M"),
            repeated("b", 2, ".demo.v1.M"),
            field("c", 3, "enum .demo.v1.E"),
            repeated("d", 4, "enum .demo.v1.E"),
          ],
        },
      ],
      enumType: [{ name: "E", value: [{ name: "E_A", number: 0 }] }],
    },
    text: `${header}message M {
  M a = 1;
  repeated M b = 2;
  E c = 3;
  repeated E d = 4;
}

enum E {
  E_A = 0;
}
`,
  },
  {
    title: "maps from their entry messages",
    file: {
      messageType: [
        {
          name: "M",
          field: [
            repeated("by_id", 1, ".demo.v1.M.ByIdEntry"),
            repeated("names", 2, ".demo.v1.M.NamesEntry", { options: { deprecated: true } }),
          ],
          nestedType: [
            mapEntry("ByIdEntry", "int32", ".demo.v1.M"),
            mapEntry("NamesEntry", "string", "string"),
          ],
        },
      ],
    },
    text: `${header}message M {
  map<int32, M> by_id = 1;
  map<string, string> names = 2 [deprecated = true];
}
`,
  },
  {
    title: "optional fields without the oneofs behind them",
    file: {
      messageType: [
        {
          name: "M",
          field: [
            field("a", 1, "int32", { proto3Optional: true, oneofIndex: 0 }),
            field("_b", 2, "int32", { proto3Optional: true, oneofIndex: 1 }),
            field("X_b", 3, "int32"),
          ],
          oneofDecl: [{ name: "_a" }, { name: "XX_b" }],
        },
      ],
    },
    text: `${header}message M {
  optional int32 a = 1;
  optional int32 _b = 2;
  int32 X_b = 3;
}
`,
  },
  {
    title: "oneofs around their fields",
    file: {
      messageType: [
        {
          name: "M",
          field: [
            field("a", 1, "int32"),
            field("b", 2, "int32", { oneofIndex: 0 }),
            field("c", 4, ".demo.v1.M", { oneofIndex: 0 }),
            field("d", 3, "int32", { oneofIndex: 1 }),
            field("e", 5, "int32", { proto3Optional: true, oneofIndex: 2 }),
          ],
          oneofDecl: [{ name: "first" }, { name: "second" }, { name: "_e" }],
        },
      ],
    },
    text: `${header}message M {
  int32 a = 1;

  oneof first {
    int32 b = 2;
    M c = 4;
  }

  oneof second {
    int32 d = 3;
  }

  optional int32 e = 5;
}
`,
  },
  {
    title: "nested messages and enums to any depth, after the fields",
    file: {
      messageType: [
        {
          name: "A",
          field: [field("c", 1, ".demo.v1.A.B.C")],
          nestedType: [
            {
              name: "B",
              nestedType: [
                { name: "C", enumType: [{ name: "E", value: [{ name: "ZERO", number: 0 }] }] },
              ],
            },
            { name: "D" },
          ],
        },
      ],
    },
    text: `${header}message A {
  B.C c = 1;

  message B {
    message C {
      enum E {
        ZERO = 0;
      }
    }
  }

  message D {}
}
`,
  },
  {
    title: "a nested message before a map if the descriptor has it before the map's entry",
    file: {
      messageType: [
        {
          name: "M",
          field: [
            field("a", 1, "int32"),
            repeated("m", 2, ".demo.v1.M.MEntry"),
            field("b", 3, "int32"),
          ],
          nestedType: [{ name: "N" }, mapEntry("MEntry", "string", "string"), { name: "O" }],
        },
      ],
    },
    text: `${header}message M {
  int32 a = 1;

  message N {}

  map<string, string> m = 2;
  int32 b = 3;

  message O {}
}
`,
  },
  {
    title: "reserved numbers, ranges and names",
    file: {
      messageType: [
        {
          name: "M",
          reservedRange: [
            { start: 2, end: 3 },
            { start: 5, end: 8 },
            { start: 1000, end: 536870912 },
          ],
          reservedName: ["old", "older"],
        },
        { name: "N", reservedRange: [{ start: 536870911, end: 536870912 }] },
      ],
      enumType: [
        {
          name: "E",
          value: [{ name: "E_A", number: 0 }],
          reservedRange: [
            { start: -5, end: -5 },
            { start: -3, end: -1 },
            { start: 100, end: 2147483647 },
          ],
          reservedName: ["E_OLD"],
        },
      ],
    },
    text: `${header}message M {
  reserved 2, 5 to 7, 1000 to max;
  reserved "old", "older";
}

message N {
  reserved 536870911;
}

enum E {
  reserved -5, -3 to -1, 100 to max;
  reserved "E_OLD";

  E_A = 0;
}
`,
  },
  {
    title: "one field option on the line, several below each other by name",
    file: {
      messageType: [
        {
          name: "M",
          field: [
            repeated("a", 1, "int32", { options: { packed: false } }),
            field("b", 2, "int64", {
              jsonName: "B",
              options: { jstype: FieldOptions_JSType.JS_STRING, debugRedact: true },
            }),
          ],
        },
      ],
    },
    text: `${header}message M {
  repeated int32 a = 1 [packed = false];
  int64 b = 2 [
    debug_redact = true,
    json_name = "B",
    jstype = JS_STRING
  ];
}
`,
  },
  {
    title: "a JSON name only if compilers would choose another",
    file: {
      messageType: [
        {
          name: "M",
          field: [
            field("some_field_2x", 1, "int32", { jsonName: "someField2x" }),
            field("other__field_", 2, "int32", { jsonName: "otherField" }),
            field("_x", 3, "int32", { jsonName: "X" }),
            field("y", 4, "int32"),
            field("z", 5, "int32", { jsonName: "" }),
          ],
        },
      ],
    },
    text: `${header}message M {
  int32 some_field_2x = 1;
  int32 other__field_ = 2;
  int32 _x = 3;
  int32 y = 4;
  int32 z = 5 [json_name = ""];
}
`,
  },
  {
    title: "message options, reserved, then members, a blank line between",
    file: {
      messageType: [
        {
          name: "M",
          options: { deprecated: true, noStandardDescriptorAccessor: false },
          reservedRange: [{ start: 2, end: 3 }],
          field: [field("a", 1, "int32")],
        },
      ],
    },
    text: `${header}message M {
  option deprecated = true;
  option no_standard_descriptor_accessor = false;

  reserved 2;

  int32 a = 1;
}
`,
  },
  {
    title: "enums with aliases, negative numbers and deprecated values",
    file: {
      enumType: [
        {
          name: "E",
          options: { allowAlias: true, deprecated: true },
          value: [
            { name: "A", number: 0 },
            { name: "B", number: 0, options: { deprecated: true } },
            { name: "C", number: -2147483648, options: { deprecated: false, debugRedact: true } },
          ],
        },
      ],
    },
    text: `${header}enum E {
  option allow_alias = true;
  option deprecated = true;

  A = 0;
  B = 0 [deprecated = true];
  C = -2147483648 [
    debug_redact = true,
    deprecated = false
  ];
}
`,
  },
  {
    title: "the four kinds of method, with options",
    file: {
      messageType: [{ name: "M" }],
      service: [
        {
          name: "S",
          options: { deprecated: true },
          method: [
            { name: "A", inputType: ".demo.v1.M", outputType: ".demo.v1.M" },
            { name: "B", inputType: ".demo.v1.M", outputType: ".demo.v1.M", serverStreaming: true },
            { name: "C", inputType: ".demo.v1.M", outputType: ".demo.v1.M", clientStreaming: true },
            {
              name: "D",
              inputType: ".demo.v1.M",
              outputType: ".demo.v1.M",
              clientStreaming: true,
              serverStreaming: true,
              options: {
                deprecated: true,
                idempotencyLevel: MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS,
              },
            },
            { name: "E", inputType: ".demo.v1.M", outputType: ".demo.v1.M", options: {} },
          ],
        },
      ],
    },
    text: `${header}service S {
  option deprecated = true;

  rpc A(M) returns (M);
  rpc B(M) returns (stream M);
  rpc C(stream M) returns (M);

  rpc D(stream M) returns (stream M) {
    option deprecated = true;
    option idempotency_level = NO_SIDE_EFFECTS;
  }

  rpc E(M) returns (M) {}
}

message M {}
`,
  },
];

describe("printProto prints", () => {
  it.each(cases)("$title", ({ file, text }) => {
    expect(printProto(protoFile(file))).toBe(text);
  });

  it("text that buf format leaves alone", async () => {
    const texts = cases.map(({ text }, i) => [`case${i}.proto`, text]);
    expect(await formatDiff(Object.fromEntries(texts))).toBe("");
  });
});
