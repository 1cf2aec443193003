import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { callFailure } from "../../../src/cli/call/call-failure.js";
import { CliError } from "../../../src/cli/cli-error.js";
import { LineAppender } from "../../../src/cli/events/append-lines.js";
import { appendReport } from "../../../src/cli/events/append-report.js";
import { LineError } from "../../../src/cli/events/input-lines.js";
import type { LineBatch } from "../../../src/cli/events/line-batches.js";
import { argumentInvalid } from "../../../src/client/events/arguments.js";
import type { EventClient } from "../../../src/client/events/event-client.js";
import type { Appended } from "../../../src/client/events/from-messages.js";

/** A server that answers when the test says so. */
class Scripted {
  readonly received: LineBatch[] = [];
  #answers: ((answer: Appended | Error) => void)[] = [];
  #ready: (Appended | Error | undefined)[] = [];

  /** Answers the next batch; with an error it is refused; `undefined` ends the call. */
  answer(answer: Error | "stored" | undefined): void {
    const appended = answer === "stored" ? { events: [], replayed: false } : answer;
    const waiting = this.#answers.shift();
    if (waiting === undefined) this.#ready.push(appended);
    else waiting(appended!);
  }

  readonly client = {
    appendStream: (batches: AsyncIterable<LineBatch>) => this.#stream(batches),
  } as unknown as EventClient;

  async *#stream(batches: AsyncIterable<LineBatch>): AsyncGenerator<Appended> {
    let isOver = false;
    const reading = (async () => {
      for await (const batch of batches) this.received.push(batch);
      isOver = true;
    })();
    for (let answered = 0; ; answered++) {
      await new Promise(setImmediate);
      if (isOver && answered === this.received.length) break;
      const next = this.#ready.length > 0 ? this.#ready.shift() : await this.#next();
      if (next === undefined) return;
      if (next instanceof Error) throw next;
      yield next;
    }
    await reading;
  }

  #next(): Promise<Appended | Error | undefined> {
    return new Promise((resolve) => this.#answers.push(resolve as never));
  }
}

async function* batches(count: number, size = 10): AsyncGenerator<LineBatch> {
  for (let i = 0; i < count; i++) {
    const lines = Array.from({ length: size }, (_, j) => i * size + j + 1);
    yield { events: lines.map(() => ({ type: ["a"] })), lines, durability: "commit" };
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 100; i++) await new Promise(setImmediate);
}

test("sends no more than a few batches ahead of what is acknowledged", async () => {
  const server = new Scripted();
  const seen: number[] = [];
  const appender = new LineAppender(server.client, batches(40), ({ events }) => seen.push(events));
  const run = appender.run({});
  await turns();
  expect(server.received).toHaveLength(16);
  for (let i = 0; i < 5; i++) server.answer("stored");
  await turns();
  expect(server.received).toHaveLength(21);
  for (let i = 0; i < 35; i++) server.answer("stored");
  expect(await run).toBeUndefined();
  expect(appender.acknowledged).toEqual({ events: 400, sessions: 40, replayed: 0, line: 400 });
  expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => (i + 1) * 10));
});

const failureOf = (error: unknown) => callFailure(error, "http://x");

async function reported(source: AsyncIterable<LineBatch>, script: (server: Scripted) => void) {
  const server = new Scripted();
  const appender = new LineAppender(server.client, source, () => {});
  script(server);
  const failure = await appender.run({});
  return appendReport(failure!, appender.acknowledged, failureOf);
}

test("tells which line was refused, what is stored before it, and what nobody knows", async () => {
  const refused = argumentInvalid("events[3].payload.json", "is too large");
  const report = await reported(batches(4), (server) => {
    server.answer("stored");
    server.answer(refused);
  });
  expect(report).toBeInstanceOf(CliError);
  expect(report.message).toContain("line 14");
  expect(report.next.split("\n").slice(-2)).toEqual([
    "Acknowledged: 10 events, all up to line 10.",
    expect.stringMatching(/^Nobody knows of lines 21 to 40: .*--key/),
  ]);
  expect(report.exitCode).toBe(1);
  expect(report.facts).toMatchObject({
    acknowledged: { events: 10, line: 10 },
    refused: [11, 20],
    unknown: [21, 40],
  });
});

test("names all lines of a batch that was refused as a whole", async () => {
  const error = argumentInvalid("expect[0].version", "is wrong");
  const report = await reported(batches(1), (server) => server.answer(error));
  expect(report.message).toMatch(/^lines 1 to 10: /);
  expect(report.next).toMatch(/Nothing was stored\.$/);
});

test("knows of nothing on its way when the connection is lost, or the server leaves", async () => {
  const lost = new ConnectError("gone", Code.Unavailable);
  for (const end of [lost, undefined]) {
    const report = await reported(batches(3), (server) => {
      server.answer("stored");
      server.answer(end);
    });
    expect(report.facts).toMatchObject({
      acknowledged: { line: 10 },
      refused: null,
      unknown: [11, 30],
    });
  }
});

test("waits for what is on its way when a line is wrong", async () => {
  async function* source() {
    yield* batches(2);
    throw new LineError(21, "it is no JSON object");
  }
  const report = await reported(source(), (server) => {
    server.answer("stored");
    server.answer("stored");
  });
  expect(report.message).toBe("line 21 is no event: it is no JSON object");
  expect(report.next).toBe("Acknowledged: 20 events, all up to line 20.");
  expect(report.exitCode).toBe(2);
});
