import { describe, expect, it } from "vitest";
import { fixture, sluice, Workspace } from "./cli.js";

const listing = `\
demo.v1.DemoService
  Ping     unary          PingRequest → PingResponse                     idempotent
  Count    server stream  CountRequest → CountResponse
  Sum      client stream  SumRequest → SumResponse
  Double   bidi stream    DoubleRequest → DoubleResponse
  Forever  server stream  google.protobuf.Empty → ForeverResponse
  Hang     unary          google.protobuf.Empty → google.protobuf.Empty  deprecated
  Refuse   unary          PingRequest → google.protobuf.Empty
demo.v1.OtherService
  Noop  unary  google.protobuf.Empty → google.protobuf.Empty
demo.v2.OtherService
  Noop  unary  google.protobuf.Empty → google.protobuf.Empty
`;

describe.concurrent("sluice ls", () => {
  it("lists the services of an app, and the same of its .proto files", async () => {
    await using workspace = await Workspace.create();
    const { dir: cwd } = workspace;
    expect(await sluice(["ls", fixture("demo.ts")], { cwd })).toEqual({
      code: 0,
      stdout: listing,
      stderr: "",
    });
    await sluice(["emit", fixture("demo.ts")], { cwd });
    const fromProto = await sluice(["ls", "--proto", "proto"], { cwd });
    expect(fromProto).toEqual({ code: 0, stdout: listing, stderr: "" });
    const json = await sluice(["ls", "--proto", "proto", "--json"], { cwd });
    expect(JSON.parse(json.stdout)[0].methods[0]).toEqual({
      name: "Ping",
      kind: "unary",
      request: "demo.v1.PingRequest",
      response: "demo.v1.PingResponse",
      idempotent: true,
      deprecated: false,
    });
  });

  it("says what is missing: the folder, or buf", async () => {
    await using workspace = await Workspace.create({ "proto/x.proto": 'syntax = "proto3";' });
    const { dir: cwd } = workspace;
    const noFolder = await sluice(["ls", "--proto", "nope"], { cwd });
    expect(noFolder).toMatchObject({ code: 2, stdout: "" });
    expect(noFolder.stderr).toMatch(/^sluice: there is no folder nope\n/);

    await workspace.uninstallTools();
    const noBuf = await sluice(["ls", "--proto", "proto"], { cwd, env: { PATH: "" } });
    expect(noBuf).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "sluice: buf is not installed; it reads and checks .proto files\n" +
        "  Install it: npm install --save-dev @bufbuild/buf\n",
    });
  });
});
