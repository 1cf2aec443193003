/**
 * What the event log costs, with payloads of 200 bytes: stored durably in LMDB behind its write-ahead
 * log, with all its indexes.
 */
import { connectionsFor, sluiceOverHttp2, thousandSubscribers } from "../fanout/bench.js";
import {
  type Bar,
  type Bench,
  type Case,
  type Metric,
  measured,
  type System,
} from "../lib/definition.js";
import {
  type AppendOptions,
  acknowledged,
  finishMs,
  loopDelayP99Ms,
} from "./append/append-load.js";
import { countedLog } from "./append/counted.js";
import { grownLog } from "./append/grown.js";
import { rawLmdb } from "./append/lmdb.js";
import { postgres } from "./append/postgres.js";
import { sluiceLog } from "./append/sluice.js";
import { catchUpOverHttp2 } from "./live/catch-up.js";
import { live } from "./live/live.js";
import { latencyP50Ms, latencyP99Ms } from "./live/paced-appends.js";
import { besideSubscribers, type StuckOptions } from "./live/stuck.js";
import { needsPostgres } from "./postgres/programs.js";
import { byKey } from "./read/by-key.js";
import { catchUpInProcess } from "./read/catch-up-in-process.js";
import { timeseries } from "./read/timeseries.js";
import { appendRpc } from "./rpc/append-rpc.js";

const sluice = "sluice";
const lmdb = "lmdb, no index";

const inProcess = (name: string, load: System["load"]): System => ({
  name,
  load,
});

const server = (name: string, args: readonly string[] = []) => ({
  module: new URL(`./servers/${name}.js`, import.meta.url),
  args,
});

const appended: readonly Metric[] = [
  measured(acknowledged, "acknowledged/s"),
  measured(finishMs, "ms to finish"),
];

function appendCase(
  name: string,
  options: AppendOptions,
  peers: Readonly<Record<string, number>>,
  bars: readonly Bar[],
): Case {
  const overPostgres = Object.entries(peers).map(
    ([peer, connections]): System => ({
      name: peer,
      server: server("postgres"),
      load: postgres({ ...options, connections }),
      skip: needsPostgres,
    }),
  );
  return {
    name,
    systems: [
      inProcess(lmdb, rawLmdb(options)),
      ...overPostgres,
      inProcess(sluice, sluiceLog(options)),
    ],
    references: [lmdb, ...Object.keys(peers)],
    also: appended,
    bars,
  };
}

/** Time of one operation. */
const cost: Metric = { unit: "us", of: (s) => (s.seconds * 1e6) / s.operations };

/** How long the event loop is kept from others, by the log and by the storage. */
function loopDelayCase(): Case {
  const counting = "storage that counts";
  const options = { inFlight: 1024, perAppend: 1 };
  return {
    name: "loop-delay",
    systems: [inProcess(counting, countedLog(options)), inProcess(sluice, sluiceLog(options))],
    references: [counting],
    metric: measured(loopDelayP99Ms, "ms, p99"),
    also: appended,
    bars: [{ system: sluice, vs: counting, atMost: 2 }],
  };
}

function timeseriesCase(events: number): Case {
  const keys = "by key from LMDB";
  return {
    name: "timeseries",
    systems: [inProcess(keys, byKey({ events })), inProcess(sluice, timeseries({ events }))],
    references: [keys],
    metric: cost,
    bars: [{ system: sluice, vs: keys, atMost: 2 }],
  };
}

function growthCases(events: number): Case[] {
  // Each type has 100 events in the smaller one, as many as a query asks for.
  const sizes = [Math.min(100_000, Math.ceil(events / 10)), events];
  const [small = "", large = ""] = sizes.map((size) => `${size.toLocaleString("en")} events`);
  const growth = (name: string, loadOf: (size: number) => System["load"]): Case => ({
    name,
    systems: sizes.map((size, i) => inProcess(i === 0 ? small : large, loadOf(size))),
    references: [small],
    metric: cost,
    bars: [{ system: large, vs: small, atMost: 1.5 }],
  });
  return [
    growth("growth-query", (size) => timeseries({ events: size })),
    growth("growth-append", (size) => grownLog({ events: size, inFlight: 64 })),
  ];
}

function catchUpCase(events: number): Case {
  const direct = "log in process";
  const wired = "over HTTP/2";
  return {
    name: "catch-up",
    systems: [
      inProcess(direct, catchUpInProcess({ events })),
      {
        name: wired,
        server: server("events", [`${events}`]),
        load: catchUpOverHttp2({ events }),
      },
    ],
    references: [direct],
    bars: [{ system: wired, vs: direct, atLeast: 0.25 }],
  };
}

function rpcCase(protocol: "h1" | "h2"): Case {
  const checking = "checks, stores nothing";
  const system = (name: string, module: string, isStored: boolean): System => ({
    name,
    server: server(module),
    load: appendRpc({ protocol, isStored }),
  });
  return {
    name: `rpc-append-${protocol}`,
    systems: [system(checking, "validating", false), system(sluice, "events", true)],
    references: [checking],
    bars: [{ system: sluice, vs: checking, atLeast: 0.5 }],
  };
}

/** What is appended in the server, to all subscribers; beside a topic with as many subscribers. */
function liveCase(): Case {
  const shape = thousandSubscribers;
  const topic = "topic of the fan-out bench";
  const connections = connectionsFor(shape.subscribers);
  return {
    name: "fanout-1000",
    systems: [
      { ...sluiceOverHttp2(shape), name: topic },
      {
        name: sluice,
        server: server("events"),
        load: live({ ...shape, connections }),
      },
    ],
    references: [topic],
    bars: [{ system: sluice, vs: topic, atLeast: 0.8 }],
  };
}

function stuckCase(): Case {
  const readers = 99;
  const appendsPerSecond = 500;
  const system = (name: string, options: StuckOptions): System => ({
    name,
    server: server("events"),
    load: besideSubscribers(options),
  });
  const without = "100 subscribers";
  const withOne = "one of them stuck";
  return {
    name: "stuck",
    systems: [
      system(without, { readers: readers + 1, hasStuck: false, appendsPerSecond }),
      system(withOne, { readers, hasStuck: true, appendsPerSecond }),
    ],
    references: [without],
    metric: measured(latencyP99Ms, "ms, p99"),
    also: [measured(latencyP50Ms, "ms, p50")],
    bars: [{ system: withOne, vs: without, atMost: 1.2 }],
  };
}

export default {
  keepsData: true,
  cases: ({ maxEvents = Number.POSITIVE_INFINITY }) => [
    appendCase("append-c1", { inFlight: 1, perAppend: 1 }, {}, []),
    appendCase(
      "append-c64",
      { inFlight: 64, perAppend: 1 },
      // What gathers does in its client what Sluice does by itself; there is no bar for that.
      { "PostgreSQL, 64 connections": 64, "PostgreSQL, 2 gathering": 2 },
      [
        { system: sluice, vs: lmdb, atLeast: 0.5 },
        { system: sluice, vs: "PostgreSQL, 64 connections", atLeast: 2 },
      ],
    ),
    appendCase("append-100", { inFlight: 4, perAppend: 100 }, { PostgreSQL: 4 }, [
      { system: sluice, vs: lmdb, atLeast: 1 },
      { system: sluice, vs: "PostgreSQL", atLeast: 2 },
    ]),
    loopDelayCase(),
    timeseriesCase(Math.min(1_000_000, maxEvents)),
    ...growthCases(Math.min(10_000_000, maxEvents)),
    catchUpCase(Math.min(200_000, maxEvents)),
    rpcCase("h1"),
    rpcCase("h2"),
    liveCase(),
    stuckCase(),
  ],
} satisfies Bench;
