import type { MessageInitShape } from "@bufbuild/protobuf";
import type { SourceCodeInfo_LocationSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { printProto } from "../../src/schema/print/print-proto.js";
import { formatDiff } from "../support/buf.js";
import { type FileInit, field, protoFile } from "../support/proto-file.js";

type LocationInit = MessageInitShape<typeof SourceCodeInfo_LocationSchema>;

interface Case {
  readonly title: string;
  readonly file: FileInit;
  readonly comments: LocationInit[];
  readonly text: string;
}

const header = 'syntax = "proto3";\n\npackage demo.v1;\n\n';
const message: FileInit = {
  messageType: [{ name: "M", field: [field("a", 1, "int32"), field("b", 2, "int32")] }],
};
const method = { name: "A", inputType: ".demo.v1.M", outputType: ".demo.v1.M" };

const cases: Case[] = [
  {
    title: "a banner above the syntax",
    file: {},
    comments: [{ path: [12], leadingDetachedComments: [" Generated.\n Do not edit.\n"] }],
    text: `// Generated.
// Do not edit.

syntax = "proto3";

package demo.v1;
`,
  },
  {
    title: "comments on syntax, package, imports and options",
    file: { dependency: ["b.proto", "a.proto"], options: { javaPackage: "j", goPackage: "g" } },
    comments: [
      { path: [12], leadingComments: " S\n", trailingComments: " s\n" },
      { path: [2], leadingComments: " P\n", trailingComments: " p1\n p2\n" },
      { path: [3, 0], leadingComments: " B\n", trailingComments: " b\n" },
      { path: [3, 1], leadingComments: " A\n", trailingComments: " a1\n\n a2\n" },
      { path: [8, 1], leadingComments: " J\n" },
      { path: [8, 11], leadingDetachedComments: [" D\n"], leadingComments: " G\n" },
    ],
    text: `// S
syntax = "proto3"; // s

// P
package demo.v1; // p1 p2

// A
import "a.proto"; // a1 a2
// B
import "b.proto"; // b

// D

// G
option go_package = "g";
// J
option java_package = "j";
`,
  },
  {
    title: "comments above and behind a message and its fields",
    file: message,
    comments: [
      { path: [4, 0], leadingComments: " M\n of two lines\n", trailingComments: " m\n" },
      { path: [4, 0, 2, 0], leadingComments: " A\n", trailingComments: " a\n" },
      { path: [4, 0, 2, 1], trailingComments: " b\n" },
    ],
    text: `${header}// M
// of two lines
message M { // m
  // A
  int32 a = 1; // a
  int32 b = 2; // b
}
`,
  },
  {
    title: "a comment of several lines below its statement, cut off by a blank line",
    file: message,
    comments: [
      { path: [4, 0], trailingComments: " m1\n m2\n" },
      { path: [4, 0, 2, 0], trailingComments: " a1\n a2\n" },
      { path: [4, 0, 2, 1], trailingComments: " b1\n b2\n" },
    ],
    text: `${header}message M {
  // m1
  // m2

  int32 a = 1;
  // a1
  // a2

  int32 b = 2;
  // b1
  // b2
}
`,
  },
  {
    title: "detached comments as paragraphs of their own",
    file: message,
    comments: [
      {
        path: [4, 0],
        leadingDetachedComments: [" one\n", " two\n more\n"],
        leadingComments: " M\n",
      },
      { path: [4, 0, 2, 1], leadingDetachedComments: [" three\n"] },
    ],
    text: `${header}// one

// two
// more

// M
message M {
  int32 a = 1;

  // three

  int32 b = 2;
}
`,
  },
  {
    title: "what is said behind the brace of an empty block inside it",
    file: {
      messageType: [{ name: "M" }],
      service: [{ name: "S", method: [{ ...method, options: {} }] }],
    },
    comments: [
      { path: [4, 0], trailingComments: " m\n" },
      { path: [6, 0, 2, 0], trailingComments: " a1\n a2\n" },
    ],
    text: `${header}service S {
  rpc A(M) returns (M) {
    // a1
    // a2
  }
}

message M {
  // m
}
`,
  },
  {
    title: "comments on options, reserved, oneofs, nested types, values and methods",
    file: {
      messageType: [
        {
          name: "M",
          options: { deprecated: true },
          reservedRange: [{ start: 2, end: 3 }],
          reservedName: ["x"],
          field: [field("a", 1, "int32", { oneofIndex: 0 })],
          oneofDecl: [{ name: "o" }],
          nestedType: [{ name: "N" }],
          enumType: [{ name: "E", value: [{ name: "E_A", number: 0 }] }],
        },
      ],
      service: [{ name: "S", method: [{ ...method, options: { deprecated: true } }] }],
    },
    comments: [
      { path: [4, 0, 7, 3], leadingComments: " option\n", trailingComments: " t\n" },
      { path: [4, 0, 9], leadingComments: " numbers\n" },
      { path: [4, 0, 10], leadingComments: " names\n" },
      { path: [4, 0, 8, 0], leadingComments: " oneof\n", trailingComments: " t\n" },
      { path: [4, 0, 2, 0], leadingComments: " member\n" },
      { path: [4, 0, 3, 0], leadingComments: " nested\n" },
      { path: [4, 0, 4, 0], leadingComments: " enum\n" },
      { path: [4, 0, 4, 0, 2, 0], leadingComments: " value\n" },
      { path: [6, 0], leadingComments: " service\n" },
      { path: [6, 0, 2, 0], leadingComments: " method\n", trailingComments: " t\n" },
      { path: [6, 0, 2, 0, 4, 33], leadingComments: " method option\n" },
    ],
    text: `${header}// service
service S {
  // method
  rpc A(M) returns (M) { // t
    // method option
    option deprecated = true;
  }
}

message M {
  // option
  option deprecated = true; // t

  // numbers
  reserved 2;

  // names
  reserved "x";

  // oneof
  oneof o { // t
    // member
    int32 a = 1;
  }

  // nested
  message N {}

  // enum
  enum E {
    // value
    E_A = 0;
  }
}
`,
  },
  {
    title: "a reserved entry with a comment as a statement of its own",
    file: {
      messageType: [
        {
          name: "M",
          reservedRange: [
            { start: 1, end: 2 },
            { start: 2, end: 3 },
            { start: 4, end: 5 },
            { start: 5, end: 6 },
          ],
          reservedName: ["x", "y"],
        },
      ],
    },
    comments: [
      { path: [4, 0, 9], leadingComments: " all\n" },
      { path: [4, 0, 9, 2], leadingComments: " was d\n" },
      { path: [4, 0, 10, 0], trailingComments: " x\n" },
    ],
    text: `${header}message M {
  // all
  reserved 1, 2;

  // was d
  reserved 4;
  reserved 5;
  reserved "x"; // x
  reserved "y";
}
`,
  },
  {
    title: "all that is said about statements that become one",
    file: {
      messageType: [
        {
          name: "M",
          reservedRange: [
            { start: 1, end: 2 },
            { start: 2, end: 3 },
          ],
        },
      ],
    },
    comments: [
      { path: [4, 0, 9], leadingComments: " one\n", trailingComments: " first\n" },
      { path: [4, 0, 9], leadingComments: " two\n", trailingComments: " second\n" },
    ],
    text: `${header}message M {
  // one

  // two
  reserved 1, 2;
  // first
  // second
}
`,
  },
  {
    title: "text that would end a block comment, start one, or look like code",
    file: { messageType: [{ name: "M" }] },
    comments: [
      {
        path: [4, 0],
        leadingComments:
          ' */ /* // "\n\n/slash\n\tblanks behind \t \nno blank before\n größer 漢字 🚀\n',
        trailingComments: " } message N {",
      },
    ],
    text: `${header}// */ /* // "
//
///slash
//\tblanks behind
//no blank before
// größer 漢字 🚀
message M {
  // } message N {
}
`,
  },
  {
    title: "line ends of other systems, and no NUL, which protoc takes for the end of the file",
    file: { messageType: [{ name: "M" }] },
    comments: [{ path: [4, 0], leadingComments: " windows\r\n mac\r nul\0\r\n" }],
    text: `${header}// windows
// mac
// nul\uFFFD
message M {}
`,
  },
];

describe("printProto prints", () => {
  it.each(cases)("$title", ({ file, comments, text }) => {
    const location = comments.map((comment) => ({ span: [0, 0, 0], ...comment }) as LocationInit);
    expect(printProto(protoFile({ ...file, sourceCodeInfo: { location } } as FileInit))).toBe(text);
  });

  it("comments where buf format leaves them", async () => {
    const texts = cases.map(({ text }, i) => [`case${i}.proto`, text]);
    expect(await formatDiff(Object.fromEntries(texts))).toBe("");
  });

  it("a line of a million blanks in no time", () => {
    const leadingComments = ` x${" ".repeat(1_000_000)}y\n`;
    const location = [{ path: [4, 0], span: [0, 0, 0], leadingComments }];
    const file = protoFile({ messageType: [{ name: "M" }], sourceCodeInfo: { location } });
    const start = performance.now();
    expect(printProto(file)).toContain(leadingComments);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
