import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningServer } from "../../src/rpc/server/server.js";
import { type CliOptions, fixture, RunningCli, sluice, Workspace, waitFor } from "./cli.js";
import { hanging, newApp } from "./fixtures/demo.js";

const demo = fixture("demo.ts");
const app = newApp();
let server: RunningServer;
let url: string;
let workspace: Workspace;
let here: CliOptions;

beforeAll(async () => {
  await app.finalize();
  server = await app.listen({ port: 0 });
  url = server.url;
  workspace = await Workspace.create();
  await app.emit(workspace.path("schema"));
  schema = ["--proto", workspace.path("schema")];
  here = { cwd: workspace.dir };
});

afterAll(async () => {
  await app.close({ graceMs: 0 });
  await workspace[Symbol.asyncDispose]();
});

/** Options that say where the schema is. */
let schema: string[];

describe.concurrent.each(["connect", "grpc", "grpc-web"])(
  "sluice call --protocol %s",
  (protocol) => {
    it.each([
      ["Ping", '{"message":"hi"}', '{\n  "message": "pong: hi"\n}\n'],
      ["Count", '{"value":3}', '{"value":1}\n{"value":2}\n{"value":3}\n'],
      ["Sum", '[{"value":3},{"value":4}]', '{"value":7}\n'],
      ["Double", '{"value":3}\n{"value":4}', '{"value":6}\n{"value":8}\n'],
    ])("calls %s", async (method, request, stdout) => {
      const args = ["call", url, `demo.v1.DemoService/${method}`, request, ...schema];
      const result = await sluice([...args, "--protocol", protocol], here);
      expect(result).toEqual({ code: 0, stdout, stderr: "" });
    });

    it("shows the code, the message and the details of an error", async () => {
      const args = ["call", url, "Demo/refuse", '{"message":"x"}', ...schema];
      const result = await sluice([...args, "--protocol", protocol], here);
      expect(result).toEqual({
        code: 1,
        stdout: "",
        stderr:
          "sluice: internal: refused (message_invalid)\n" +
          '  PingRequest.message: must not be "x"\n' +
          "  PingRequest.other: is missing\n",
      });
    });
  },
);

describe.concurrent("sluice call", () => {
  it("prints one line with --json, errors too", async () => {
    const call = (request: string) =>
      sluice(["call", url, "Demo/refuse", request, ...schema, "--json"], here);
    const { code, stderr } = await call("{}");
    expect(code).toBe(1);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: "internal",
        message: "refused",
        next: 'PingRequest.message: must not be ""\nPingRequest.other: is missing',
        sluice: {
          code: "message_invalid",
          violations: [
            { field: "PingRequest.message", description: 'must not be ""' },
            { field: "PingRequest.other", description: "is missing" },
          ],
        },
      },
    });
    const ping = await sluice(["call", url, "demo/PING", ...schema, "--json"], here);
    expect(ping).toEqual({ code: 0, stdout: '{"message":"pong: "}\n', stderr: "" });
  });

  it("sends headers and reads the request from stdin", async () => {
    const args = ["call", url.replace("http://", ""), "Demo/Ping", "-", ...schema, "--json"];
    const headers = ["--header", "x-other=1", "--header=x-to=a=b"];
    const options = { ...here, stdin: '{\n"message": "hi"\n}' };
    const { code, stdout } = await sluice([...args, ...headers], options);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"message":"pong: hi to a=b"}\n' });
  });

  it("sends the lines of stdin as they arrive", async () => {
    await using call = new RunningCli(["call", url, "Demo/double", "-", ...schema], here);
    call.child.stdin!.write('{"value":1}\n');
    await call.says(/^\{"value":2\}\n$/);
    call.child.stdin!.write('{"value":2}\n');
    await call.says(/\n\{"value":4\}\n$/);
    call.child.stdin!.end();
    expect((await call.ended).code).toBe(0);
  });

  it("ends a stream on Ctrl-C with exit code 0", async () => {
    await using call = new RunningCli(["call", url, "Demo/forever", ...schema], here);
    await call.says(/\{"value":3\}\n/);
    call.child.kill("SIGINT");
    expect(await call.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("gives up a single call at the deadline, or when it is interrupted", async () => {
    const args = ["call", url, "Demo/hang", ...schema, "--header"];
    const late = await sluice([...args, "x-to=late", "--timeout", "100"], here);
    expect(late).toMatchObject({ code: 1, stdout: "" });
    expect(late.stderr).toMatch(/^sluice: deadline_exceeded: /);
    await using call = new RunningCli([...args, "x-to=interrupted"], here);
    await waitFor(() => expect(hanging).toContain("interrupted"));
    call.child.kill("SIGINT");
    const interrupted = await call.ended;
    expect(interrupted).toMatchObject({ code: 1, stdout: "" });
    expect(interrupted.stderr).toMatch(/^sluice: canceled: /);
  });

  it("takes the schema from an app, or from .proto files in proto/", async () => {
    const args = ["call", url, "Demo/count", '{"value":1}'];
    const ofApp = await sluice([...args, "--app", demo], here);
    expect(ofApp).toEqual({ code: 0, stdout: '{"value":1}\n', stderr: "" });
    await using project = await Workspace.create();
    await app.emit(project.path("proto"));
    const found = await sluice(args, { cwd: project.dir });
    expect(found).toEqual({ code: 0, stdout: '{"value":1}\n', stderr: "" });
  });

  it("calls a unary method without any schema, and says so with --verbose only", async () => {
    const args = ["call", url, "demo.v1.DemoService/Ping", '{"message":"hi"}', "--json"];
    const quiet = await sluice(args, here);
    expect(quiet).toEqual({ code: 0, stdout: '{"message":"pong: hi"}\n', stderr: "" });
    const verbose = await sluice([...args, "--verbose"], here);
    expect(verbose).toEqual({
      code: 0,
      stdout: '{"message":"pong: hi"}\n',
      stderr: "without a schema, as there is no folder proto\n",
    });
  });

  it.each([
    [["Demo/Ping"], 2, /^sluice: cannot tell which service "Demo" is: there is no folder proto\n/],
    [["demo.v1.DemoService/Ping", "--protocol", "grpc"], 2, /^sluice: grpc needs the schema, and /],
    [["demo.v1.DemoService/Count"], 1, /^sluice: the server takes no plain JSON .*\n.* unary meth/],
    [["demo.v1.DemoService/Nope"], 1, /^sluice: unimplemented: no RPC at \/demo\.v1\.DemoService/],
    [["Demo/Ping", "--app", "a", "--proto", "b"], 2, /^sluice: --app and --proto exclude each oth/],
    [
      ["Dmeo/Ping", "--app", demo],
      2,
      /there is no service "Dmeo"\n {2}Did you mean "Demo"\? There/,
    ],
    [["Ping"], 2, /^sluice: "Ping" is no method\n {2}Write SERVICE\/METHOD/],
    [["Demo/Ping", "--header", "x"], 2, /^sluice: "x" is no header\n {2}Write --header name=value/],
    [["Demo/Ping", "--timeout", "1s"], 2, /^sluice: --timeout must be a whole number from 1 to /],
    [
      ["Demo/Ping", "--protocol", "soap"],
      2,
      /--protocol \(soap\)\. Expected one of: connect, grpc/,
    ],
  ])("refuses %j with exit code %i", async (args, code, message) => {
    const result = await sluice(["call", url, ...args], here);
    expect(result.stderr).toMatch(message);
    expect(result).toMatchObject({ code, stdout: "" });
  });

  it.each([
    ["Demo/Ping", "{", /^sluice: the request is no JSON: .*\n {2}Quote it for the shell/],
    ["Demo/Ping", '{"x":1}', /no demo\.v1\.PingRequest: key "x" is unknown\n {2}It has: message\./],
    ["Demo/Sum", '[{"x":1}]', /no demo\.v1\.SumRequest: key "x" is unknown\n {2}It has: value\./],
  ])("refuses %s of %s with exit code 2", async (method, request, message) => {
    const result = await sluice(["call", url, method, request, ...schema], here);
    expect(result.stderr).toMatch(message);
    expect(result).toMatchObject({ code: 2, stdout: "" });
  });

  it("says that nothing listens there, and what is no address", async () => {
    const args = ["Demo/Ping", "{}", ...schema];
    const refused = await sluice(["call", "http://127.0.0.1:1", ...args], here);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^sluice: unavailable: .*\n {2}Nothing listens at http:\/\/127\.0\.0\.1:1\. Start the server/,
    );
    const noUrl = await sluice(["call", "ftp://x", ...args], here);
    expect(noUrl).toMatchObject({ code: 2, stdout: "" });
    expect(noUrl.stderr).toMatch(/^sluice: "ftp:\/\/x" is no http address\n/);
  });
});
