import { describe, expect, test, vi } from "vitest";
import { App, action, type EnumValue, field, message, service, stream } from "../../src/index.js";
import { createTestRig } from "../../src/testing/index.js";
import { compile, protoOf } from "../schema/compiling.js";
import { Definer } from "../schema/definer.js";
import { type AnyClass, defineClass, type Shape, shapes } from "./define-class.js";

const pairs = shapes.flatMap((base) => shapes.map((sub) => [base, sub] as const));

function defineMessage(
  shape: Shape,
  name: string,
  fields: readonly (readonly [string, ReturnType<typeof field>])[],
  base?: AnyClass,
): AnyClass {
  return defineClass(shape, { name, fields, ...(base && { base }), decorators: [message()] });
}

/** The .proto text of one message. */
function textOf(type: AnyClass): string {
  const text = protoOf(compile(new Definer("legacy").answering(type)));
  return text.slice(text.indexOf(`message ${type.name} {`)).split("\n}")[0]!;
}

/** The fields of a message as its .proto text lists them. */
function fieldsOf(type: AnyClass): string[] {
  return textOf(type)
    .split("\n")
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

describe.each(pairs)(
  "a %s message class and a %s class that extends it:",
  (baseShape, subShape) => {
    const define = () => {
      const Base = defineMessage(baseShape, "Base", [
        ["id", field(1, "string") as never],
        ["load", field(2, "double") as never],
      ]);
      return { Base, fields: ["string id = 1;", "double load = 2;"] };
    };

    test("fields of the subclass come after those of the base, which stays as it was", () => {
      const { Base, fields } = define();
      const Sub = defineMessage(subShape, "Sub", [["at", field(3, Date) as never]], Base);
      const Other = defineMessage(subShape, "Other", [["at", field(3, "int64") as never]], Base);
      expect(fieldsOf(Sub)).toEqual([...fields, "google.protobuf.Timestamp at = 3;"]);
      expect(fieldsOf(Other)).toEqual([...fields, "int64 at = 3;"]);
      expect(fieldsOf(Base)).toEqual(fields);
    });

    test("a property declared again replaces the base's field, for the subclass alone", () => {
      const { Base, fields } = define();
      const again = field(4, "uint64", { doc: "Another." }) as never;
      const Sub = defineMessage(subShape, "Sub", [["id", again]], Base);
      expect(fieldsOf(Sub)).toEqual(["// Another.", "uint64 id = 4;", "double load = 2;"]);
      expect(fieldsOf(Base)).toEqual(fields);
    });

    test("numbers of the base are taken", () => {
      const { Base } = define();
      expect(() =>
        defineMessage(subShape, "Sub", [["at", field(2, "string") as never]], Base),
      ).toThrow("Sub.at and Sub.load both have number 2");
    });

    test("three levels, the middle one without a decorator of its own", () => {
      const { Base, fields } = define();
      const Middle = defineClass(subShape, { name: "Middle", base: Base });
      const Sub = defineMessage(baseShape, "Sub", [["at", field(3, "bool") as never]], Middle);
      expect(fieldsOf(Sub)).toEqual([...fields, "bool at = 3;"]);
    });

    test("a base that is no message itself", () => {
      const Base = defineClass(baseShape, { name: "Base", fields: [["id", field(1, "string")]] });
      const Sub = defineMessage(subShape, "Sub", [["at", field(3, "bool") as never]], Base);
      expect(fieldsOf(Sub)).toEqual(["string id = 1;", "bool at = 3;"]);
    });

    test("options of the message are not inherited", () => {
      const Base = defineClass(baseShape, {
        name: "Base",
        fields: [["id", field(1, "string")]],
        decorators: [message({ doc: "A base.", deprecated: true, reserved: [3], name: "Renamed" })],
      });
      const Sub = defineMessage(subShape, "Sub", [["at", field(3, "bool") as never]], Base);
      const text = protoOf(compile(new Definer("legacy").answering(Sub)));
      expect(text).toContain("message Sub {\n  string id = 1;\n  bool at = 3;\n}");
      expect(text).not.toContain("A base.");
    });

    test("values arrive as instances of the subclass, with its methods", async () => {
      const { Base } = define();
      const Sub = defineMessage(subShape, "Sub", [["at", field(3, "bool") as never]], Base);
      Base.prototype.describe = function describe(this: { id: string }) {
        return `#${this.id}`;
      };
      const Demo = defineClass(subShape, {
        name: "Demo",
        methods: [
          [
            "echo",
            action({ request: Sub, response: Sub }),
            ((sub: { describe(): string; at: boolean }) => ({
              id: sub.describe(),
              load: sub instanceof Sub ? 1 : 0,
              at: sub.at,
            })) as never,
          ],
        ],
        decorators: [service()],
      });
      await using rig = await createTestRig({ services: [new Demo()] });
      const answer = await (rig.client(Demo) as never as { echo: (v: object) => object }).echo({
        id: "x",
        load: 0,
        at: true,
      });
      expect(answer).toBeInstanceOf(Sub);
      expect(answer).toEqual({ id: "#x", load: 1, at: true });
    });
  },
);

describe.each(pairs)(
  "a %s service class and a %s class that extends it:",
  (baseShape, subShape) => {
    const define = () =>
      defineClass(baseShape, {
        name: "Base",
        methods: [
          ["ping", action({ response: "string", doc: "Answers." }), () => "base"],
          ["pong", action({ response: "string" }), () => "base pong"],
        ],
        decorators: [service()],
      });
    type Client = Record<"ping" | "pong" | "extra", () => Promise<unknown>>;

    test("a method that overrides an action is called, decorated or not", async () => {
      const Base = define();
      const Sub = defineClass(subShape, {
        name: "Sub",
        base: Base,
        methods: [
          ["ping", undefined, () => "sub"],
          ["pong", action({ response: "int32", name: "Punk" }), () => 5],
          ["extra", action({ response: "bool" }), () => true],
        ],
        decorators: [service({ package: "sub.v1" })],
      });
      await using rig = await createTestRig({ services: [new Base(), new Sub()] });
      const sub = rig.client(Sub) as never as Client;
      expect([await sub.ping(), await sub.pong(), await sub.extra()]).toEqual(["sub", 5, true]);
      const schema = rig.app.schema();
      expect(protoOf(schema, "sub/v1/sub.proto")).toMatch(
        /service SubService \{\s+\/\/ Answers\.\s+rpc Ping\(.*\s+rpc Punk\(.*\s+rpc Extra\(/,
      );
      expect(protoOf(schema, "test/v1/test.proto")).toMatch(
        /service BaseService \{\s+\/\/ Answers\.\s+rpc Ping\(.*\s+rpc Pong\(.*\s+\}/,
      );
    });

    test("a client of the base class calls its instance, not that of a subclass", async () => {
      const Base = define();
      const decorators = [service({ package: "sub.v1" })];
      const Sub = defineClass(subShape, {
        name: "Sub",
        base: Base,
        methods: [["ping", undefined, () => "sub"]],
        decorators,
      });
      await using rig = await createTestRig({ services: [new Base(), new Sub()] });
      expect(await (rig.client(Base) as never as Client).ping()).toBe("base");
    });

    test("a subclass alone leaves the base class without its RPCs", () => {
      const Base = define();
      defineClass(subShape, {
        name: "Sub",
        base: Base,
        methods: [["extra", action(), () => {}]],
        decorators: [service()],
      });
      expect(protoOf(compile(new Base()))).not.toContain("Extra");
    });

    const defineStreams = () => {
      const Base = defineClass(baseShape, {
        name: "Base",
        methods: [["load", stream({ payload: "string", replay: 10 }), async () => "base"]],
        decorators: [service()],
      });
      const Sub = defineClass(subShape, {
        name: "Sub",
        base: Base,
        methods: [
          [
            "load",
            stream({ payload: "string", replay: 10 }),
            async function load(this: object) {
              return `sub of ${await Base.prototype.load.call(this)}`;
            },
          ],
        ],
        decorators: [service()],
      });
      return { Base, Sub };
    };

    test("a stream that overrides another publishes once, and the other one does not", async () => {
      const { Base, Sub } = defineStreams();
      const [base, sub] = [new Base(), new Sub()];
      await using rig = await createTestRig({ services: [sub] });
      await using other = await createTestRig({ services: [base] });
      expect(await sub.load()).toBe("sub of base");
      expect(await base.load()).toBe("base");
      expect(rig.app.streamStats()).toMatchObject({ "Sub.load": { published: 1 } });
      expect(other.app.streamStats()).toMatchObject({ "Base.load": { published: 1 } });
      for await (const value of (rig.client(Sub) as never as StreamClient).subscribe("load")) {
        expect(value).toBe("sub of base");
        break;
      }
    });

    test("a subclass that inherits a stream publishes to its own topic", async () => {
      const { Base } = defineStreams();
      const decorators = [service({ package: "sub.v1" })];
      const Sub = defineClass(subShape, { name: "Sub", base: Base, decorators });
      const [base, sub] = [new Base(), new Sub()];
      await using rig = await createTestRig({ services: [base, sub] });
      await sub.load();
      expect(rig.app.streamStats()).toMatchObject({
        "Sub.load": { published: 1 },
        "Base.load": { published: 0 },
      });
    });
  },
);

test("classes decorated by another copy of the package are as good as one's own", async () => {
  vi.resetModules();
  const other = await import("../../src/index.js");
  expect(other.message).not.toBe(message);

  @other.message()
  class Reading {
    @other.field(1, "double") value!: number;
  }
  const Unit = other.enumType("Unit", { Unspecified: 0, Celsius: 1 });
  @message()
  class Measured extends Reading {
    @field(2, Unit) unit!: EnumValue<typeof Unit>;
  }
  @other.service()
  class Sensor {
    @other.action({ request: Measured, response: Measured })
    echo(measured: Measured) {
      return measured;
    }
    @other.stream({ payload: Reading })
    async load() {
      return { value: 1 };
    }
  }
  const sensor = new Sensor();
  await using rig = await createTestRig({ services: [sensor] });
  const sent = { value: 0.5, unit: Unit.Celsius };
  expect(await rig.client(Sensor).echo(sent)).toEqual(sent);
  await sensor.load();
  expect(rig.app.streamStats()).toMatchObject({ "Sensor.load": { published: 1 } });
});

interface StreamClient {
  subscribe(name: string): AsyncIterable<unknown>;
}

describe.each(shapes)("%s classes in several apps:", (shape) => {
  const define = () =>
    defineClass(shape, {
      name: "Demo",
      methods: [
        [
          "name",
          action({ response: "string" }),
          function (this: { is: string }) {
            return this.is;
          } as never,
        ],
        [
          "load",
          stream({ payload: "string" }),
          async function (this: { is: string }) {
            return this.is;
          } as never,
        ],
      ],
      decorators: [service()],
    });
  type Client = { name(): Promise<unknown> } & StreamClient;

  test("instances of one class, each in its app, know nothing of each other", async () => {
    const Demo = define();
    const [one, two] = [
      Object.assign(new Demo(), { is: "1" }),
      Object.assign(new Demo(), { is: "2" }),
    ];
    await using first = await createTestRig({ services: [one], options: { package: "one.v1" } });
    await using second = await createTestRig({ services: [two], options: { package: "two.v1" } });
    expect(await (first.client(Demo) as never as Client).name()).toBe("1");
    expect(await (second.client(Demo) as never as Client).name()).toBe("2");
    await one.load();
    expect(first.app.streamStats()).toMatchObject({ "Demo.load": { published: 1 } });
    expect(second.app.streamStats()).toMatchObject({ "Demo.load": { published: 0 } });
    expect(first.app.schema().registry.files.map((f) => f.proto.package)).toEqual(["one.v1"]);
    expect(second.app.schema().registry.files.map((f) => f.proto.package)).toEqual(["two.v1"]);
  });

  test("one instance in two apps publishes in both, until one of them closes", async () => {
    const Demo = define();
    const demo = Object.assign(new Demo(), { is: "x" });
    const first = new App({ name: "first", services: [demo] });
    const second = new App({ name: "second", services: [demo] });
    await first.finalize();
    await demo.load();
    await second.finalize();
    await demo.load();
    const published = (app: App) => app.streamStats()["Demo.load"]?.published;
    expect([published(first), published(second)]).toEqual([2, 1]);
    await first.close();
    expect(await demo.load()).toBe("x");
    expect(published(second)).toBe(2);
    await second.close();
    // Nobody listens any more, which is no mistake of whoever publishes.
    expect(await demo.load()).toBe("x");
  });

  test("an app has only what it was given", async () => {
    const Demo = define();
    const Other = defineClass(shape, {
      name: "Other",
      methods: [["name", action({ response: "string" }), () => "other"]],
      decorators: [service()],
    });
    await using rig = await createTestRig({ services: [new Other()] });
    expect(protoOf(rig.app.schema(), "test/v1/test.proto")).not.toContain("Demo");
    expect(() => rig.client(Demo)).toThrow("Demo is no service of this app");
  });
});
