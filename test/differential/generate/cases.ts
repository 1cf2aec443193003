import type { Case, HeaderLine } from "../case.js";
import { Random } from "../prng.js";
import { headersOf } from "./headers.js";
import { payloadOf } from "./payload.js";
import { isObedient, type Plan, planOf } from "./plan.js";
import { targetOf } from "./targets.js";

/** The case of this number under this seed; each depends on nothing but the two. */
export function generateCase(seed: number, index: number, configuration: string): Case {
  const r = new Random(seed, index);
  const id = `${seed}-${index}`;
  const plan = planOf(r, configuration);
  const payload = payloadOf(r, plan);
  const { method, target, about } = targetOf(r, plan, payload);
  const header = headersOf(r, plan, payload, id);
  const transport = transportOf(r, plan, plan.protocol === "get" ? "" : payload.body);
  const { http, protocol, codec, rpc, style } = plan;
  return {
    id,
    configuration,
    http,
    method,
    target,
    ...transport,
    headers: [...header.lines, ...transport.headers],
    about: [
      `${protocol} ${codec} ${http} ${rpc} ${style}`,
      ...about,
      ...payload.about,
      ...header.about,
      ...transport.about,
    ],
  };
}

type Transport = Omit<Case, "id" | "configuration" | "http" | "method" | "target">;

/** How a request is put on its connection. */
function transportOf(r: Random, plan: Plan, body: string): Transport {
  const about: string[] = [];
  const isOdd = (percent: number, what: string): boolean => {
    const odd = plan.style === "odd" && r.chance(percent);
    if (odd) about.push(what);
    return odd;
  };
  const pieces = piecesOf(r, body);
  const shared = {
    authority: isOdd(4, "authority") ? r.pick(oddAuthorities) : r.pick(authorities),
    body: pieces,
    slowly: pieces.length > 1 ? r.chance(60) : r.chance(5),
    endApart: r.chance(15),
    about,
    ...leavingOf(r, plan, body),
  };
  const transport =
    plan.http === "h1"
      ? transport1(r, plan, body, isOdd, shared.leave !== undefined)
      : transport2(r, plan, body, isOdd);
  const leaves = shared.leave === undefined ? [] : ([["x-leaves", "1"]] as const);
  const does = shared.leave?.when === "begun" ? ([["x-do", waits(r)]] as const) : [];
  return { ...shared, ...transport, headers: [...leaves, ...does, ...transport.headers] };
}

const authorities = ["sluice.test", "sluice.test", "localhost:8080", "[::1]:81"];
const oddAuthorities = [
  ...[undefined, "", "bad host", "user@sluice.test", "a:b:c", "ho%20st", "sluice.test:99999", "/"],
  "sl\xfcice.test",
];

const waits = (r: Random): string => `wait:${r.pick(["", "throw", "other", "deaf"])}`;

type IsOdd = (percent: number, what: string) => boolean;

function leavingOf(r: Random, plan: Plan, body: string): Pick<Case, "leave"> {
  if (plan.style !== "leaving") return {};
  const how =
    plan.http === "h1"
      ? r.pick(["destroy", "fin"] as const)
      : r.pick(["reset", "reset", "session"] as const);
  const mayWait = isObedient(plan.rpc);
  // An empty body is complete with the header, and would be answered.
  const early = body.length > 1 ? (["header", "half"] as const) : [];
  const moments = [...early, ...(mayWait ? (["begun", "begun"] as const) : [])];
  return moments.length === 0 ? {} : { leave: { when: r.pick(moments), how } };
}

function piecesOf(r: Random, body: string): string[] {
  if (body === "") return [];
  if (body.length <= 40 && r.chance(5)) return [...body];
  const pieces: string[] = [];
  let rest = body;
  for (let cuts = r.chance(30) ? r.nat(4) : 0; cuts > 0 && rest.length > 1; cuts--) {
    const at = 1 + r.nat(rest.length - 2);
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...pieces, rest];
}

function transport1(
  r: Random,
  plan: Plan,
  body: string,
  isOdd: IsOdd,
  leaves: boolean,
): Pick<Case, "headers" | "version" | "chunked" | "trailers" | "waitForContinue" | "followUp"> {
  const headers: HeaderLine[] = [];
  const add = (name: string, value: string): void => void headers.push([name, value]);
  const version = isOdd(3, "HTTP/1.0") ? ("1.0" as const) : undefined;
  const chunked = version === undefined && body !== "" && r.chance(25);
  if (chunked) add("transfer-encoding", "chunked");
  else if (!isOdd(2, "no length") && (body !== "" || plan.protocol !== "get")) {
    add("content-length", lengthOf(r, body, isOdd));
  }
  if (version !== undefined && r.chance(50)) add("connection", "keep-alive");
  const mayClose = version !== undefined || isOdd(4, "connection");
  if (mayClose && version === undefined)
    add("connection", r.pick(["close", "Close", "keep-alive", "x-user"]));
  const upgrades = isOdd(0.5, "upgrade");
  if (upgrades) {
    add("connection", "upgrade");
    add("upgrade", r.pick(["websocket", "h2c"]));
  }
  const expects = body !== "" && version === undefined && isOdd(4, "expect");
  if (expects) add("expect", r.pick(["100-continue", "100-continue", "100-Continue", "fancy"]));
  const trailers = chunked && r.chance(20) ? ([["x-trailer", "1"]] as const) : [];
  return {
    headers,
    version,
    chunked,
    trailers,
    waitForContinue: expects && r.chance(50),
    followUp: leaves ? undefined : followUp1(r, plan, upgrades || mayClose),
  };
}

/** A length that is too large would be waited for in vain: that is what leaving early is for. */
function lengthOf(r: Random, body: string, isOdd: IsOdd): string {
  const length = body.length;
  if (!isOdd(3, "content-length")) return String(length);
  const shorter = Math.max(0, length - 1 - r.nat(5));
  return r.pick([
    String(shorter),
    `+${length}`,
    `0${length}`,
    "-1",
    "abc",
    "",
    `${length}, ${length}`,
  ]);
}

function followUp1(r: Random, { style }: Plan, isAlone: boolean): Case["followUp"] {
  if (!r.chance(style === "odd" ? 75 : 15)) return undefined;
  // Node loses what comes in the same packet behind a request with an upgrade, and whether it
  // refuses what comes behind the last request of a connection depends on who is faster.
  return isAlone || r.chance(75) ? "after" : "pipelined";
}

function transport2(
  r: Random,
  { style }: Plan,
  body: string,
  isOdd: IsOdd,
): Pick<Case, "headers" | "trailers" | "followUp"> {
  const headers: HeaderLine[] = [];
  if (isOdd(4, "content-length")) {
    headers.push([
      "content-length",
      r.pick([body.length - 1, body.length + 1, "abc", ""]).toString(),
    ]);
  } else if (r.chance(40)) headers.push(["content-length", String(body.length)]);
  if (isOdd(2, "connection header")) {
    headers.push(
      r.pick([
        ["connection", "close"] as const,
        ["Upper-Case", "x"] as const,
        ["transfer-encoding", "chunked"] as const,
      ]),
    );
  }
  return {
    headers,
    trailers: r.chance(5) ? [["x-trailer", "1"]] : [],
    followUp: style === "odd" && r.chance(40) ? "after" : undefined,
  };
}
