import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Event } from "../../../src/log/model/event.js";
import { formatEventId } from "../../../src/log/model/event-id.js";
import { EventServer } from "../../client/events/rig.js";
import { plain } from "../../log/plain.js";
import { type CliResult, RunningCli, sluice, Workspace, waitFor } from "../cli.js";

let workspace: Workspace;

beforeAll(async () => {
  workspace = await Workspace.create();
});

afterAll(() => workspace[Symbol.asyncDispose]());

/** `sluice events …` against a server. */
function run(server: EventServer, args: readonly string[], stdin?: string): Promise<CliResult> {
  return sluice(["events", ...args, "--url", server.proxy.url], { cwd: workspace.dir, stdin });
}

function start(server: EventServer, args: readonly string[]): RunningCli {
  return new RunningCli(["events", ...args, "--url", server.proxy.url], { cwd: workspace.dir });
}

/** All events of a server, the oldest first. */
async function stored({ log }: EventServer, types?: string[][]): Promise<readonly Event[]> {
  const { events } = await log.queryTimeseries({ types, order: "ascending" });
  return events;
}

const ok = (stdout: string) => ({ code: 0, stdout, stderr: "" });

/** The event without what a server gives it. */
const content = ({ type, sourceTimestamp, payload, stream }: Event) =>
  plain({
    id: { server: 0, session: 0, instance: 0 },
    type,
    timestamp: { seconds: 0n, micros: 0 },
    sourceTimestamp,
    payload,
    stream: stream && { key: stream.key, version: 0 },
  });

describe.concurrent("sluice events append", () => {
  it("appends one event, and tells its id and version", async () => {
    await using server = await EventServer.start();
    const append = (...args: string[]) => run(server, ["append", ...args]);
    expect(await append("plant/temp", "21.5")).toEqual(ok("1:1:1\n"));
    const first = ["plant/temp", '{"a":1}', "--stream", "s", "--expect-version", "none"];
    expect(await append(...first)).toEqual(ok("1:2:1  version 1\n"));
    const conflict = await append(...first);
    expect(conflict).toMatchObject({ code: 1, stdout: "" });
    expect(conflict.stderr).toMatch(/^sluice: failed_precondition: .*version_conflict/);
    const keyed = ["a", "", "--key", "k", "--json", "--relaxed"];
    expect(JSON.parse((await append(...keyed)).stdout)).toMatchObject({
      id: "1:3:1",
      replayed: false,
    });
    expect(JSON.parse((await append(...keyed)).stdout)).toMatchObject({
      id: "1:3:1",
      replayed: true,
    });
    const all = await stored(server);
    expect(all.map(({ type, payload }) => [type.join("/"), payload])).toEqual([
      ["plant/temp", { json: 21.5 }],
      ["plant/temp", { json: { a: 1 } }],
      ["a", undefined],
    ]);
  });

  it.each([
    [["a", "{"], /^sluice: the payload is no JSON: .*\n {2}Quote it for the shell/],
    [["a/*", "1"], /^sluice: The event type has the segment "\*".*\(event_type_invalid\)/],
    [["a", "1", "--expect-version", "1"], /^sluice: --expect-version needs a stream/],
    [["a", "1", "--stream", "s", "--expect-version", "x"], /^sluice: --expect-version must be a/],
    [["a", "--stream", "s", "--expect-version", "1"], /^sluice: --expect-version goes with one /],
    [["a", "1", "2"], /^sluice: unexpected argument "2"/],
    [["a", "1", "--url", "ftp://x"], /^sluice: "ftp:\/\/x" is no http address/],
  ])("refuses %j with exit code 2", async (args, message) => {
    const result = await sluice(["events", "append", ...args], { cwd: workspace.dir });
    expect(result.stderr).toMatch(message);
    expect(result).toMatchObject({ code: 2, stdout: "" });
  });

  it("stores again what was queried, one line to an event", async () => {
    await using from = await EventServer.start();
    await from.log.append([
      { type: ["a", ""], payload: { json: null } },
      { type: [], sourceTimestamp: { seconds: -5n, micros: 7 } },
      { type: ["b"], streamKey: "s", payload: { binary: { type: "t", data: Buffer.of(0, 255) } } },
      { type: ["c"], streamKey: "s", payload: { json: { text: "a\nb\u009b" } } },
    ]);
    const { stdout, code } = await run(from, ["query", "--json", "--order", "asc"]);
    expect([code, stdout.split("\n").length]).toEqual([0, 5]);
    await using to = await EventServer.start();
    expect(await run(to, ["append"], stdout)).toEqual(ok("appended 4 events in 1 session\n"));
    expect((await stored(to)).map(content)).toEqual((await stored(from)).map(content));
  });

  it("stores what is before a wrong line, and says how far that is", async () => {
    await using server = await EventServer.start();
    const lines = Array.from({ length: 2_500 }, (_, i) => `{"payload":{"json":${i}}}`);
    const stdin = [...lines, '{"payload":5}', ...lines].join("\n");
    const result = await run(server, ["append", "bulk", "-", "--key", "k"], stdin);
    expect(result).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'sluice: line 2501 is no event: its payload is neither {"json":…} nor ' +
        '{"binary":{"type":"…","data":"base64"}}\n' +
        "  Acknowledged: 2500 events, all up to line 2500.\n",
    });
    expect(await stored(server)).toHaveLength(2_500);
    const again = await run(server, ["append", "bulk", "-", "--key", "k"], lines.join("\n"));
    expect(again).toEqual(ok("appended 2500 events in 3 sessions, 2500 events stored before\n"));
    expect(await stored(server)).toHaveLength(2_500);
  });

  it("says which line a server has refused, and that those before it are stored", async () => {
    await using server = await EventServer.start({
      conditions: [{ types: [["*"]], condition: { type: "json", dataType: "number" } }],
    });
    const lines = Array.from({ length: 1_500 }, (_, i) => `{"payload":{"json":${i}}}`);
    lines[1_200] = '{"payload":{"json":"text"}}';
    const result = await run(server, ["append", "a", "--key", "k", "--json"], lines.join("\n"));
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(JSON.parse(result.stderr).error).toMatchObject({
      sluice: { code: "event_refused" },
      acknowledged: { events: 1_000, line: 1_000 },
      refused: [1_001, 1_500],
      unknown: null,
      next: expect.stringContaining("Acknowledged: 1000 events, all up to line 1000."),
    });
    expect(JSON.parse(result.stderr).error.message).toContain("line 1201");
    expect(await stored(server)).toHaveLength(1_000);
  });

  it("tells what is acknowledged when the connection is lost", async () => {
    await using server = await EventServer.start();
    await using append = start(server, ["append", "a", "--json"]);
    const write = (from: number) => {
      const lines = Array.from({ length: 50 }, (_, i) => `{"payload":{"json":${from + i}}}\n`);
      append.child.stdin!.write(lines.join(""));
    };
    // Whatever becomes of them: it stops reading.
    append.child.stdin!.on("error", () => {});
    write(0);
    await waitFor(async () => expect(await stored(server)).toHaveLength(50));
    server.proxy.cutAfter(0);
    write(50);
    const { code, stderr } = await append.ended;
    expect(code).toBe(1);
    const { acknowledged, unknown } = JSON.parse(stderr).error;
    const count = (await stored(server)).length;
    // The answer to the second part never arrived; to the first it did, or was on its way.
    expect(unknown).toEqual([acknowledged.line + 1, 100]);
    expect([0, 50]).toContain(acknowledged.events);
    expect(count).toBeGreaterThanOrEqual(acknowledged.events);
  });

  it("ends on Ctrl-C when what it has read is stored, and says up to where", async () => {
    await using server = await EventServer.start();
    await using append = start(server, ["append", "a"]);
    append.child.stdin!.write('{"payload":{"json":1}}\n{"payload":{"json":2}}\n{"payload":');
    await waitFor(async () => expect(await stored(server)).toHaveLength(2));
    append.child.kill("SIGINT");
    expect(await append.ended).toEqual(ok("appended 2 events in 1 session, up to line 2\n"));
  });
});

describe.concurrent("sluice events query", () => {
  /** The payloads of what is printed. */
  async function payloads(server: EventServer, ...args: string[]): Promise<unknown[]> {
    const { code, stdout, stderr } = await run(server, ["query", "--json", ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line).payload.json);
  }

  it("prints all pages, newest first, or as many as it is asked for in the other order", async () => {
    await using server = await EventServer.start();
    const numbers = Array.from({ length: 2_345 }, (_, i) => i);
    await server.log.append(numbers.map((json) => ({ type: ["a"], payload: { json } })));
    expect(await payloads(server, "a")).toEqual(numbers.toReversed());
    const some = await payloads(server, "a", "--order", "asc", "--limit", "1500");
    expect(some).toEqual(numbers.slice(0, 1_500));
  });

  it.each([
    [["--latest"], [2, "x"]],
    [["--stream", "s"], ["x"]],
    [
      ["b/*", "?", "--limit", "2"],
      ["x", 2],
    ],
    [["--to", "1d"], []],
    [["b/*", "--from", "1h", "--to", "0s"], ["x"]],
  ])("prints what is asked for: %j", async (args, expected) => {
    await using server = await EventServer.start();
    await server.log.append([1, 2].map((json) => ({ type: ["a"], payload: { json } })));
    await server.log.append([{ type: ["b", "c"], streamKey: "s", payload: { json: "x" } }]);
    expect(await payloads(server, ...args)).toEqual(expected);
  });

  it("prints a table for people", async () => {
    await using server = await EventServer.start({ now: () => ({ seconds: 0n, micros: 0 }) });
    await server.log.append([
      { type: ["plant", "temp"], payload: { json: 21.5 } },
      { type: ["a"], streamKey: "s" },
    ]);
    expect(await run(server, ["query"])).toEqual(
      ok(
        "1970-01-01T00:00:00.000000Z  1:1:2  a           s@1\n" +
          "1970-01-01T00:00:00.000000Z  1:1:1  plant/temp  21.5\n",
      ),
    );
  });

  it("ends when nobody reads any further", async () => {
    await using server = await EventServer.start();
    const payload = { json: "x".repeat(500) };
    for (let i = 0; i < 3; i++) {
      await server.log.append(Array.from({ length: 3_000 }, () => ({ type: ["a"], payload })));
    }
    await using query = start(server, ["query"]);
    await query.says(/1:3:3000/);
    query.child.stdout!.destroy();
    expect(await query.ended).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    [["a", "--stream", "s"], /^sluice: types and --stream exclude each other/],
    [["--latest", "--stream", "s"], /^sluice: --latest and --stream exclude each other/],
    [["--latest", "--from", "1h"], /^sluice: --from and --latest exclude each other/],
    [["--latest", "--order", "asc"], /^sluice: --order and --latest exclude each other/],
    [["--limit", "0"], /^sluice: --limit must be a whole number from 1 /],
    [["--from", "soon"], /^sluice: --from is no time: "soon"\n {2}Write how long ago/],
    [["*/a"], /^sluice: The query type has "\*" before its end.*\(query_type_invalid\)/],
    [["--order", "up"], /--order \(up\)\. Expected one of: asc, desc/],
  ])("refuses %j with exit code 2", async (args, message) => {
    const result = await sluice(["events", "query", ...args], { cwd: workspace.dir });
    expect(result.stderr).toMatch(message);
    expect(result).toMatchObject({ code: 2, stdout: "" });
  });

  it("says that no server is there, and how to start one", async () => {
    const args = ["events", "query", "--url", "http://127.0.0.1:1"];
    const result = await sluice(args, { cwd: workspace.dir });
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toMatch(
      /^sluice: unavailable: .*\n {2}Nothing listens .*: sluice serve\n/,
    );
  });
});

describe.concurrent("sluice events tail", () => {
  const ids = (events: readonly { id: Event["id"] }[]) =>
    events.map(({ id }) => `"id":"${formatEventId(id)}"`);

  it("prints what happens, of some types, until Ctrl-C", async () => {
    await using server = await EventServer.start();
    await server.log.append([{ type: ["a"], payload: { json: "before" } }]);
    await using tail = start(server, ["tail", "a", "--from", "start"]);
    await tail.says(/1:1:1 {2}a {2}"before"\n$/);
    await server.log.append([{ type: ["b"] }, { type: ["a"], payload: { json: "after" } }]);
    await tail.says(/1:2:2 {2}a {2}"after"\n$/);
    tail.child.kill("SIGINT");
    const { code, stdout, stderr } = await tail.ended;
    expect({ code, stderr, lines: stdout.split("\n").length }).toEqual({
      code: 0,
      stderr: "",
      lines: 3,
    });
  });

  it("begins behind an event, or with what comes", async () => {
    await using server = await EventServer.start();
    const stream = { type: ["a"], streamKey: "s" };
    const { events } = await server.log.append([stream, stream, { type: ["b"] }]);
    await using tail = start(server, [
      "tail",
      "--stream",
      "s",
      "--json",
      "--from",
      formatEventId(events[0]!.id),
    ]);
    await tail.says(new RegExp(`^{${ids(events)[1]},.*\n$`));
    await using late = start(server, ["tail", "--json"]);
    await waitFor(async () => {
      await server.log.append([{ type: ["c"] }]);
      expect(late.stdout).not.toBe("");
    });
    expect(late.stdout).toMatch(/"type":\["c"\]/);
    const unknown = await run(server, ["tail", "--from", "1:999:1"]);
    expect(unknown).toMatchObject({ code: 1, stdout: "" });
    expect(unknown.stderr).toMatch(/^sluice: not_found: .*\(event_unknown\)/);
    const wrong = await run(server, ["tail", "--from", "then"]);
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/^sluice: An event id is .*\(event_id_invalid\)/);
  });

  it("goes on after its connection was lost, misses nothing, and tells it on stderr", async () => {
    await using server = await EventServer.start();
    await using tail = start(server, ["tail", "--from", "start", "--json"]);
    await server.log.append([{ type: ["a"] }]);
    await tail.says(/1:1:1/);
    await server.restart();
    await server.log.append([{ type: ["a"] }]);
    await tail.says(/1:2:1/);
    await tail.complains(/^sluice: connected again, nothing is missing$/m);
    expect(tail.stderr).toMatch(/^sluice: trying again in \d+\.\d s, attempt 1$/m);
    expect(tail.stdout.match(/"id"/g)).toHaveLength(2);
    tail.child.kill("SIGTERM");
    expect((await tail.ended).code).toBe(0);
  });
});
