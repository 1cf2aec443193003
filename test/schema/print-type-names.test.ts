import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { printProto } from "../../src/schema/print/print-proto.js";
import { buildWithBuf } from "../support/buf.js";
import { comparable } from "../support/compare-descriptors.js";

/**
 * Each case is text in its shortest form: compiled by buf and printed again it must not change. So
 * buf confirms that the names mean what they should, and the printer that they cannot be shorter.
 */
interface Case {
  readonly title: string;
  /** Package of the file, and name of its folder. */
  readonly name: string;
  readonly body: string;
  readonly imports?: string[];
  /** Bodies of the imported files of this case, by package. */
  readonly others?: Record<string, string>;
  /** Whether what hides a name stands in an imported file and is not mentioned in this one. */
  readonly isUnseen?: boolean;
}

const anyProto = "google/protobuf/any.proto";

const cases: Case[] = [
  {
    title: "a type of the same package by its own name",
    name: "same.v1",
    body: "message A {\n  B b = 1;\n}\n\nmessage B {}\n",
  },
  {
    title: "a nested type from inside, from beside and from outside",
    name: "nested.v1",
    body: `message A {
  C from_inside = 1;
  A self = 2;

  message B {
    C from_beside = 1;
    A outer = 2;
  }

  message C {}
}

message D {
  A.C from_outside = 1;
}
`,
  },
  {
    title: "a type of another package with the whole package",
    name: "other.a.v1",
    imports: [anyProto, "other/b/v1/file.proto"],
    others: { "other.b.v1": "message B {}\n" },
    body: "message A {\n  google.protobuf.Any any = 1;\n  other.b.v1.B b = 2;\n}\n",
  },
  {
    title: "more of the name where a nested type has the same",
    name: "shadow.v1",
    body: `message A {
  shadow.v1.B outer = 1;
  B inner = 2;

  message B {}
}

message B {}
`,
  },
  {
    title: "the leading dot where a nested type is named like the package",
    name: "pkg.v1",
    imports: [anyProto],
    body: `message A {
  .pkg.v1.B b = 1;
  .google.protobuf.Any any = 2;

  message pkg {}

  message google {}

  message B {}
}

message B {}
`,
  },
  {
    title: "the leading dot where a package inside the own one is named like the other",
    name: "inner.v1",
    imports: [anyProto, "inner/v1/google/file.proto"],
    others: { "inner.v1.google": "message B {}\n" },
    body: "message A {\n  .google.protobuf.Any any = 1;\n  google.B b = 2;\n}\n",
  },
  {
    title: "the leading dot where only an import declares what hides the package",
    name: "unseen.v1",
    isUnseen: true,
    imports: [anyProto, "unseen/file.proto"],
    others: { unseen: "message google {}\n\nmessage Other {}\n" },
    body: "message A {\n  .google.protobuf.Any any = 1;\n  unseen.Other other = 2;\n}\n",
  },
  {
    title: "the short name beside fields, oneofs and values of the same name",
    name: "members.v1",
    imports: [anyProto],
    body: `message A {
  B B = 1;
  google.protobuf.Any google = 2;

  oneof C {
    C c = 3;
  }

  D d = 4;

  enum E {
    D = 0;
  }
}

message B {}

message C {}

message D {}
`,
  },
  {
    title: "more of the name where a method has the same",
    name: "methods.v1",
    imports: [anyProto],
    body: `service S {
  rpc A(methods.v1.A) returns (B);
  rpc google(google.protobuf.Any) returns (A.C);
}

message A {
  message C {}
}

message B {}
`,
  },
  {
    title: "the whole name before words that mean something else at the start of a type",
    name: "words.v1",
    body: `service S {
  rpc A(words.v1.stream) returns (stream words.v1.stream);
}

message A {
  words.v1.string a = 1;
  repeated words.v1.message b = 2;
  words.v1.message.inner c = 3;
  map<string, words.v1.stream> d = 4;

  oneof e {
    words.v1.option f = 5;
  }
}

message stream {}

message string {}

message message {
  message inner {}
}

message option {}
`,
  },
  {
    title: "the leading dot where the package starts with such a word",
    name: "message.v1",
    body: "message A {\n  B b = 1;\n  .message.v1.string s = 2;\n}\n\nmessage B {}\n\nmessage string {}\n",
  },
  {
    title: "the whole name where the made-up type of a map hides another",
    name: "maps.v1",
    body: `message A {
  map<string, A> b = 1;
  maps.v1.BEntry c = 2;
}

message BEntry {}
`,
  },
];

function fileText(name: string, body: string, imports: string[] = []): string {
  const list = imports.map((path) => `import "${path}";\n`).join("");
  return `syntax = "proto3";\n\npackage ${name};\n\n${list && `${list}\n`}${body}`;
}

function pathOf(packageName: string): string {
  return `${packageName.replaceAll(".", "/")}/file.proto`;
}

describe("printProto writes", async () => {
  const texts: Record<string, string> = {};
  for (const { name, body, imports, others = {} } of cases) {
    texts[pathOf(name)] = fileText(name, body, imports);
    for (const [other, text] of Object.entries(others))
      texts[pathOf(other)] = fileText(other, text);
  }
  const { file: files } = await buildWithBuf(texts);
  const byName = new Map(files.map((file) => [file.name, file]));

  it.each(cases)("$title", ({ name }) => {
    const file = byName.get(pathOf(name)) as FileDescriptorProto;
    const imports = file.dependency.flatMap((path) => byName.get(path) ?? []);
    expect(printProto(file, imports)).toBe(texts[file.name]);
  });

  it.each(cases.filter(({ isUnseen }) => !isUnseen))(
    "$title, not shown the imports",
    ({ name }) => {
      const file = byName.get(pathOf(name)) as FileDescriptorProto;
      expect(printProto(file)).toBe(texts[file.name]);
    },
  );

  it("a name that means the same when services and enums hide it, as they do in protoc", async () => {
    const [before] = (
      await buildWithBuf({
        "x.proto": fileText(
          "x.v1",
          "service google {}\nmessage A { enum E { ZERO = 0; } .google.protobuf.Any a = 1; }",
          [anyProto],
        ),
      })
    ).file.filter(({ name }) => name === "x.proto");
    const text = printProto(before as FileDescriptorProto);
    expect(text).toContain("  .google.protobuf.Any a = 1;\n");
    const after = await buildWithBuf({ "x.proto": text });
    expect(comparable(after.file.at(-1) as FileDescriptorProto)).toEqual(
      comparable(before as FileDescriptorProto),
    );
  });
});
