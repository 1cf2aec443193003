/**
 * Subscribers of all kinds join and leave for a while; every message is checked, and in the end
 * nothing may be left of anybody.
 *
 *   npm run soak -- --seconds 60 --subscribers 2000 --seed 1
 *
 * Ends with a summary, and exits non-zero when anything was wrong.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { App } from "../../src/index.js";
import { thing } from "../rpc/probe.js";
import { turns } from "../support/signals.js";
import { leftBehind, liveBytes, median, newResources } from "./census.js";
import type { LoadOrder, LoadReport } from "./load.js";
import { Random } from "./random.js";
import { keys, Soak } from "./service.js";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    subscribers: { type: "string", default: "2000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [seconds, subscribers, seed] = [values.seconds, values.subscribers, values.seed].map(Number);

/** A shorter run tells nothing about memory: code is still being compiled. */
const memorySeconds = 30;
/** What live memory may differ by from one part of the second half to another. */
const tolerance = { share: 0.1, bytes: 4e6 };

const violations: string[] = [];
process.on("warning", ({ name, message }) => {
  // Of the census itself.
  if (name !== "ExperimentalWarning") violations.push(`${name}: ${message}`);
});
const before = process.getActiveResourcesInfo();

const soak = new Soak();
const app = new App({
  name: "soak",
  services: [soak],
  compressMinBytes: 1_000,
  onError: (error) => violations.push(`reported: ${error}`),
});
await app.finalize();
const server = await app.listen({ port: 0 });
const samples: number[] = [];
let published = 0;
let most = 0;
const report = await soaked();
await gone();
violations.push(...report.complaints);
if (report.received === 0) violations.push("nobody received anything");
const left = leftBehind();
if (left.length > 0) violations.push(`left behind: ${left.join(", ")}`);
const streams = Object.entries(app.streamStats());
await app.close();
// Handles that were closed are gone some turns later.
await turns(20);
const resources = newResources(before);
if (resources.length > 0) violations.push(`still open: ${resources.join(", ")}`);
const memory = judgeMemory();
summarize();
process.exitCode = violations.length > 0 ? 1 : 0;

/** Publishes while the clients come and go. */
async function soaked(): Promise<LoadReport> {
  const load = fork(new URL("load.ts", import.meta.url), { execArgv: ["--import", "tsx"] });
  const order: LoadOrder = {
    url: server.url,
    seconds: seconds!,
    subscribers: subscribers!,
    seed: seed!,
  };
  load.send(order);
  const random = new Random(seed! + 1);
  let publishing = true;
  const publisher = (async () => {
    while (publishing) {
      publish(random);
      const present = Object.values(app.streamStats()).map((each) => each.subscribers);
      most = Math.max(
        most,
        present.reduce((sum, each) => sum + each, 0),
      );
      await new Promise((resolve) => setTimeout(resolve, random.waitMs(25)));
    }
  })();
  const sampling = setInterval(() => samples.push(liveBytes()), (seconds! * 1_000) / 30);
  const exited = once(load, "exit");
  const [report] = (await Promise.race([once(load, "message"), exited])) as [LoadReport | number];
  publishing = false;
  clearInterval(sampling);
  await publisher;
  await exited;
  if (typeof report === "object" && report !== null) return report;
  return { joined: 0, received: 0, calls: 0, complaints: ["the load has failed"] };
}

/** One value, or many within one turn. Nobody awaits them: the line is bounded. */
function publish(random: Random): void {
  const count = random.chance(20) ? 1 + random.below(15) : 1;
  const stream = random.pick(["ticks", "log", "keyed"] as const);
  const key = thing({ text: random.pick(keys) });
  published += count;
  for (let n = 0; n < count; n++) {
    void (stream === "keyed" ? soak.keyed(key) : soak[stream]()).catch((error: unknown) => {
      violations.push(`publish: ${error}`);
    });
  }
}

/** Everybody has left: the server has to notice, in a few seconds. */
async function gone(): Promise<void> {
  const deadlineMs = performance.now() + 5_000;
  for (;;) {
    const still = Object.entries(app.streamStats())
      .filter(([, { subscribers, queued, waiting }]) => subscribers + queued + waiting > 0)
      .map(([name, { subscribers }]) => `${subscribers} in ${name}`);
    if (server.connections > 0) still.push(`${server.connections} connections`);
    if (still.length === 0) return;
    if (performance.now() > deadlineMs) {
      violations.push(`still there: ${still.join(", ")}`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The second half of the run: its first part is compared with its last. */
function judgeMemory(): string {
  const half = samples.slice(samples.length >> 1);
  const part = Math.floor(half.length / 2);
  const [first, last] = [median(half.slice(0, part)), median(half.slice(-part))];
  const text = `${megabytes(first)} to ${megabytes(last)} in the second half`;
  if (seconds! < memorySeconds) return `${text} (too short a run to judge)`;
  if (last - first > tolerance.bytes + tolerance.share * first) violations.push(`memory: ${text}`);
  return text;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function summarize(): void {
  const { joined, received, calls } = report;
  const sum = (name: "evicted" | "dropped") =>
    streams.reduce((total, [, stats]) => total + stats[name], 0);
  console.log(
    [
      `seed ${seed}: ${seconds} s, at most ${most} subscribers at once, ${joined} came and went`,
      `${published} published, ${received} received and checked, ${calls} unary calls`,
      `${sum("dropped")} dropped for the slow, ${sum("evicted")} evicted`,
      `live memory ${memory}`,
      violations.length === 0 ? "nothing wrong" : `${violations.length} violations:`,
      ...violations.slice(0, 20).map((each) => `  ${each}`),
    ].join("\n"),
  );
}
