import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { AppOptions } from "../../src/app/app-options.js";
import { App, action, message, type Plugin, service, stream } from "../../src/index.js";
import { defineClass, shapes } from "../decorators/define-class.js";
import { expectRaised, raised } from "../decorators/raised.js";

@service()
class Demo {
  @action({ request: "string", response: "string" })
  echo(text: string) {
    return text;
  }
  @stream({ payload: "string" })
  async beat() {
    return "beat";
  }
}

/** Cannot be compiled: two instances of it have one name. */
@service()
class Twice {
  @action()
  do() {}
}

/** The folder .proto files go to. */
let dir: string;
let temporary: string;

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "sluice-app-"));
  dir = join(temporary, "proto");
});

afterEach(async () => {
  await rm(temporary, { recursive: true, force: true });
});

function appWith(options: Partial<AppOptions> = {}): App {
  return new App({ name: "demo", services: [new Demo()], proto: { dir }, ...options });
}

/** Everything under the temporary folder, folders included. */
function written(): Promise<string[]> {
  return readdir(temporary, { recursive: true });
}

function openPorts(): number {
  return process.getActiveResourcesInfo().filter((name) => /TCPSERVER/i.test(name)).length;
}

const emitted = ["proto", "proto/demo", "proto/demo/v1", "proto/demo/v1/demo.proto"];

describe("options that are wrong are refused at once, each by its name:", () => {
  test.each<[string, Partial<AppOptions>, string]>([
    ["name", { name: "", package: "a.v1" }, "name must be a string that is not empty"],
    ["name", { name: 5 as never, package: "a.v1" }, "name must be a string"],
    ["package", { package: "demo-v1" }, 'package "demo-v1" is no proto package'],
    ["package", { name: "größe" }, 'package "größe.v1" is no proto package; write for example'],
    ["services", { services: new Demo() as never }, "services must be an array"],
    ["readMaxBytes", { readMaxBytes: 0 }, "readMaxBytes must be a whole number above 0, got 0"],
    ["writeMaxBytes", { writeMaxBytes: 1.5 }, "writeMaxBytes must be a whole number"],
    ["requestBodyTimeoutMs", { requestBodyTimeoutMs: -1 }, "got -1"],
    ["maxTimeoutMs", { maxTimeoutMs: Number.NaN }, "maxTimeoutMs must be a whole number"],
  ])("%s: %o", async (field, options, text) => {
    const error = await raised(() => appWith(options));
    expect(error.code).toBe("app_options_invalid");
    expect(error.message).toContain(text);
    expect(error.violations.map((violation) => violation.field)).toEqual([field]);
  });

  test("all of them in one error", async () => {
    const error = await raised(() => appWith({ name: "", package: "-", readMaxBytes: -1 }));
    expect(error.violations.map(({ field }) => field)).toEqual(["name", "package", "readMaxBytes"]);
  });
});

describe("before finalize()", () => {
  test.each([
    ["listen()", (app: App) => app.listen({ port: 0 })],
    ["nodeHandler()", (app: App) => app.nodeHandler()],
    ["fetchHandler()", (app: App) => app.fetchHandler()],
    ["fastifyPlugin()", (app: App) => app.fastifyPlugin()],
    ["transport()", (app: App) => app.transport()],
    ["client()", (app: App) => app.client(Demo, {} as never)],
    ["streamStats()", (app: App) => app.streamStats()],
  ])("%s is refused, and again when the app is closed", async (what, call) => {
    const ports = openPorts();
    const app = appWith();
    const says = ["was called before the app was ready", "await app.finalize()", what];
    await expectRaised(() => call(app), { code: "app_not_finalized", says });
    expect(app.ready).toBe(false);
    await app.close();
    const closed = ["was called on a closed app", "Make a new one", what];
    await expectRaised(() => call(app), { code: "app_closed", says: closed });
    expect(openPorts()).toBe(ports);
    expect(await written()).toEqual([]);
  });

  test.each(shapes)("publishing (%s decorators) is refused, and says what to do", async (shape) => {
    let runs = 0;
    const Robot = defineClass(shape, {
      name: "Robot",
      methods: [["load", stream({ payload: "int32" }), async () => ++runs]],
      decorators: [service()],
    });
    const expected = {
      code: "publish_before_finalize",
      says: ["Robot.load()", "new App({ services: [instance] })", "await app.finalize()"],
    } as const;
    const robot = new Robot();
    await expectRaised(() => robot.load(), expected);
    const app = appWith({ services: [robot] });
    await expectRaised(() => robot.load(), expected);
    expect(runs).toBe(0);
    await app.finalize();
    expect(await robot.load()).toBe(1);
    // Another instance of the class belongs to no app.
    await expectRaised(() => new Robot().load(), expected);
    await app.close();
  });

  test("the schema can be looked at, which finalizes nothing", async () => {
    const app = appWith();
    expect(app.schema().protoFiles()).toHaveLength(1);
    expect(app.ready).toBe(false);
    expect(await written()).toEqual([]);
  });
});

describe("finalize()", () => {
  test("twice is refused and leaves the app as it is", async () => {
    await using app = appWith();
    await app.finalize();
    const says = ["finalize() was called twice", "after the last app.use()"];
    await expectRaised(() => app.finalize(), { code: "app_already_finalized", says });
    expect(app.ready).toBe(true);
    expect(await app.client(Demo).echo("x")).toBe("x");
    expect((await written()).toSorted()).toEqual(emitted);
  });

  test("twice at a time is refused once", async () => {
    await using app = appWith();
    const [first, second] = await Promise.allSettled([app.finalize(), app.finalize()]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { code: "app_already_finalized" } });
    expect(app.ready).toBe(true);
  });

  test("after close() is refused", async () => {
    const app = appWith();
    await app.close();
    const says = ["closed or failed to finalize", "Make a new one"];
    await expectRaised(() => app.finalize(), { code: "app_already_finalized", says });
    expect(await written()).toEqual([]);
  });

  test("that fails leaves no files, no ports, and an app that stays closed", async () => {
    const ports = openPorts();
    const demo = new Demo();
    const app = appWith({ services: [demo, new Twice(), new Twice()] });
    await expectRaised(() => app.finalize(), {
      code: "service_duplicate",
      says: ["demo.v1.TwiceService"],
    });
    expect(app.ready).toBe(false);
    expect(await written()).toEqual([]);
    await expectRaised(() => app.finalize(), {
      code: "app_already_finalized",
      says: ["failed to finalize"],
    });
    await expectRaised(() => app.listen({ port: 0 }), {
      code: "app_closed",
      says: ["listen()"],
    });
    expect(openPorts()).toBe(ports);
    // The instance was connected to nothing; another app can have it.
    await expectRaised(() => demo.beat(), { code: "publish_before_finalize", says: [] });
    await using other = appWith({ services: [demo] });
    await other.finalize();
    expect(await demo.beat()).toBe("beat");
  });

  test("that fails in a plugin leaves no files, and stops those that had started", async () => {
    const log: string[] = [];
    const plugin = (name: string, start = () => {}): Plugin => ({
      name,
      start: () => {
        log.push(`start ${name}`);
        start();
      },
      stop: () => {
        log.push(`stop ${name}`);
      },
    });
    const fail = () => {
      throw new Error("no disk");
    };
    const demo = new Demo();
    const app = appWith({ services: [demo] })
      .use(plugin("a"))
      .use(plugin("b", fail))
      .use(plugin("c"));
    await expect(app.finalize()).rejects.toThrow("no disk");
    expect(log).toEqual(["start a", "start b", "stop a"]);
    expect(await written()).toEqual([]);
    // Its topics were there already and are gone again: publishing reaches nobody.
    expect(await demo.beat()).toBe("beat");
  });

  test("that cannot write leaves nothing half-written, and stops the plugins", async () => {
    let stopped = false;
    await writeFile(dir, "a file where the folder should be");
    const app = appWith().use({
      name: "a",
      stop: () => {
        stopped = true;
      },
    });
    await expect(app.finalize()).rejects.toThrow(/ENOTDIR|EEXIST/);
    expect(stopped).toBe(true);
    expect(await written()).toEqual(["proto"]);
    await expectRaised(() => app.listen({ port: 0 }), { code: "app_closed", says: [] });
  });

  test("writes what is not there yet, and touches nothing else", async () => {
    await using first = appWith();
    await first.finalize();
    expect((await written()).toSorted()).toEqual(emitted);
    const path = join(temporary, emitted.at(-1)!);
    const before = await stat(path, { bigint: true });
    await using second = appWith();
    await second.finalize();
    const after = await stat(path, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  test("writes nothing when told not to", async () => {
    await using silent = appWith({ proto: { dir, emit: false } });
    await silent.finalize();
    expect(await written()).toEqual([]);
  });
});

describe("use()", () => {
  test("of two plugins of one name is refused", async () => {
    const app = appWith().use({ name: "events" });
    await expectRaised(() => app.use({ name: "events" }), {
      code: "plugin_duplicate",
      says: ['"events"', "its own name"],
    });
  });

  test.each([
    ["after finalize()", (app: App) => app.finalize()],
    ["after close()", (app: App) => app.close()],
  ])("%s is refused", async (_, before) => {
    await using app = appWith();
    await before(app);
    await expectRaised(() => app.use({ name: "late" }), {
      code: "app_already_finalized",
      says: ['Plugin "late"', "Call app.use() before"],
    });
  });

  test("while a plugin starts is refused, and fails the start", async () => {
    const app = appWith().use({ name: "first", start: (a) => void a.use({ name: "late" }) });
    await expectRaised(() => app.finalize(), {
      code: "app_already_finalized",
      says: ['Plugin "late"'],
    });
    expect(await written()).toEqual([]);
  });
});

test("an app finds its plugins by the functions that made them", () => {
  const one = (): Plugin => ({ name: "one", factory: one });
  const other = (): Plugin => ({ name: "other", factory: other });
  const plugin = one();
  const app = new App({ name: "demo" }).use(plugin);
  expect(app.get(one)).toBe(plugin);
  expect(() => app.get(other)).toThrow(
    expect.objectContaining({
      code: "plugin_missing",
      message: expect.stringContaining("other()"),
    }),
  );
});

describe("listen()", () => {
  test("on a port that is taken fails, and the app serves on another", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    try {
      await using app = appWith();
      await app.finalize();
      await expect(app.listen({ port, host: "127.0.0.1" })).rejects.toThrow("is in use");
      const server = await app.listen({ port: 0, host: "127.0.0.1" });
      const response = await fetch(`${server.url}/demo.v1.DemoService/Echo`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"value":"x"}',
      });
      expect(await response.json()).toEqual({ value: "x" });
    } finally {
      taken.close();
    }
  });

  test("gives its port back on close()", async () => {
    const ports = openPorts();
    const app = appWith();
    await app.finalize();
    const { port } = await app.listen({ port: 0, host: "127.0.0.1" });
    await app.close();
    await vi.waitFor(() => expect(openPorts()).toBe(ports));
    const again = createServer();
    await new Promise<void>((resolve, reject) => {
      again.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    again.close();
  });
});

test("a mistake of one class does not spoil another app", async () => {
  await using good = appWith();
  await good.finalize();
  expect(() => {
    class Point {
      constructor(readonly x: number) {}
    }
    message()(Point as never);
  }).toThrow("Point has a constructor");
  await raised(() => appWith({ services: [new Twice(), new Twice()] }).finalize());
  expect(await good.client(Demo).echo("x")).toBe("x");
});
