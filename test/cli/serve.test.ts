import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { describe, expect, it } from "vitest";
import { EventService } from "../../src/gen/sluice/events/v1/events_pb.js";
import { RunningCli, sluice, Workspace } from "./cli.js";

/** `sluice serve` in a folder, at a port chosen by the system. */
async function serve(dir: string) {
  const cli = new RunningCli(["serve", "--port", "0"], { cwd: dir });
  const [, baseUrl = ""] = await cli.says(/^events on (http:\S+\d)$/m);
  const transport = createConnectTransport({ baseUrl, httpVersion: "2" });
  return { cli, client: createClient(EventService, transport) };
}

const one = (value: number) => ({
  events: [{ type: ["a"], payload: { case: "json" as const, value: `${value}` } }],
});

describe.concurrent("sluice serve", () => {
  it("keeps what it has answered, even when it is killed", async () => {
    await using workspace = await Workspace.create({});
    const { dir } = workspace;
    {
      const { cli, client } = await serve(dir);
      await using _ = cli;
      await Promise.all([1, 2, 3].map((value) => client.append(one(value))));
      cli.child.kill("SIGKILL");
      await cli.ended;
    }
    const { cli, client } = await serve(dir);
    await using _ = cli;
    const types = { queryTypes: [{ segments: ["a"] }] };
    const { events } = await client.queryTimeseries({ types });
    expect(events.map(({ payload }) => payload.value).sort()).toEqual(["1", "2", "3"]);
    cli.child.kill("SIGTERM");
    expect(await cli.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("leaves a folder alone that another one uses", async () => {
    await using workspace = await Workspace.create({});
    const { cli } = await serve(workspace.dir);
    await using _ = cli;
    const second = await sluice(["serve", "--port", "0"], { cwd: workspace.dir });
    expect(second).toMatchObject({ code: 2, stdout: "" });
    expect(second.stderr).toMatch(/^sluice: .*in use by process \d+\.\n {2}End that one first/);
  });

  it("says what is wrong with the folder", async () => {
    await using workspace = await Workspace.create({});
    await writeFile(join(workspace.dir, "file"), "");
    const result = await sluice(["serve", "--port", "0", "--dir", "file"], { cwd: workspace.dir });
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toMatch(/^sluice: .*file/);
  });
});
