import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { sluiceError } from "../../../src/client/sluice-error.js";
import { StartPoint } from "../../../src/gen/sluice/events/v1/events_pb.js";
import { waitFor } from "../../cli/cli.js";
import { smallDisk, whyNot } from "../../log/fault/mounts.js";
import { type EventServer, serveEvents } from "./event-server.js";

const mib = 2 ** 20;
const reason = await whyNot(() => smallDisk(mib), "tests of servers whose disk is full");

const ours = { queryTypes: [{ segments: ["full", "?"] }] };

/** An append that says which one it is, of some bytes. */
function numbered(number: number) {
  const json = JSON.stringify("x".repeat((number * 7_919) % 5_000));
  return {
    events: [{ type: ["full", `${number}`], payload: { case: "json" as const, value: json } }],
  };
}

/** What a subscriber gets, up to now. */
function subscribed({ client }: EventServer, start: StartPoint) {
  const leave = new AbortController();
  const got = { types: [] as string[], heartbeats: 0 };
  const request = { types: ours, begin: { case: "start" as const, value: start }, heartbeatMs: 20 };
  const ended = (async () => {
    for await (const { item } of client.subscribe(request, { signal: leave.signal })) {
      if (item.case === "batch") got.types.push(...item.value.events.map(({ type }) => type[1]!));
      else got.heartbeats++;
    }
  })().catch((error: unknown) => ConnectError.from(error));
  return { got, leave: () => leave.abort(), ended };
}

async function allTypes({ client }: EventServer): Promise<string[]> {
  const found: string[] = [];
  for (let pageToken = ""; ; ) {
    const page = await client.queryTimeseries({ types: ours, pageToken });
    found.push(...page.events.map(({ type }) => type[1]!));
    pageToken = page.nextPageToken;
    if (pageToken === "") return found.reverse();
  }
}

test.skipIf(reason !== undefined)(
  "a server whose disk is full refuses appends, answers everything else, and has all after a restart",
  async () => {
    await using disk = await smallDisk(5 * mib);
    const acknowledged: string[] = [];
    {
      await using server = await serveEvents(disk.path);
      const { client, cli } = server;
      const live = subscribed(server, StartPoint.BEGINNING);
      let last = 0;
      const failures: unknown[] = [];
      const append = async (): Promise<never> => {
        for (;;) {
          const number = ++last;
          await client.append(numbered(number));
          acknowledged.push(`${number}`);
        }
      };
      const appendStream = async () => {
        const sent: number[] = [];
        async function* requests() {
          for (;;) {
            sent.push(++last);
            yield numbered(last);
          }
        }
        for await (const _ of client.appendStream(requests())) {
          acknowledged.push(`${sent.shift()}`);
        }
      };
      const callers = [appendStream(), ...Array.from({ length: 15 }, append)];
      await Promise.all(callers.map((caller) => caller.catch((error) => failures.push(error))));
      // After them, too; and when there is space again, as the documentation says.
      await client.append(numbered(++last)).catch((error) => failures.push(error));
      const isEnough = failures.length === callers.length + 1;
      expect(isEnough).toBe(true);
      for (const failure of failures) {
        expect(ConnectError.from(failure).code).toBe(Code.Unavailable);
        expect(sluiceError(failure)?.code).toBe("log_failed");
        expect(ConnectError.from(failure).rawMessage).toMatch(/Free space .* restart the server/);
      }
      await cli.complains(
        /^sluice: Writing to .* has failed.*The disk is full: free some space\./m,
      );
      const { failure } = await client.getStatus({});
      expect(failure).toMatch(/nothing more is written/);

      const stored = new Set(await allTypes(server));
      expect(acknowledged.filter((number) => !stored.has(number))).toEqual([]);
      await waitFor(() => expect(live.got.types).toHaveLength(stored.size));
      const beats = live.got.heartbeats;
      await waitFor(() => expect(live.got.heartbeats).toBeGreaterThan(beats + 2));
      const late = subscribed(server, StartPoint.BEGINNING);
      await waitFor(() => expect(late.got.types).toEqual(live.got.types));

      await disk.resize(64 * mib);
      await expect(client.append(numbered(++last))).rejects.toThrow("restart the server");
      cli.child.kill("SIGTERM");
      expect(await cli.ended).toMatchObject({ code: 0 });
      expect((await live.ended)?.code).toBe(Code.Unavailable);
      expect((await late.ended)?.code).toBe(Code.Unavailable);
      expect(cli.stderr.trim().split("\n")).toHaveLength(1);
    }
    await using server = await serveEvents(disk.path);
    const found = await allTypes(server);
    expect(new Set(found).size).toBe(found.length);
    expect(acknowledged.filter((number) => !found.includes(number))).toEqual([]);
    await server.client.append(numbered(0));
    expect((await allTypes(server)).at(-1)).toBe("0");
  },
  60_000,
);
