import { behaviourSteps, errorVariants } from "../behaviours.js";
import type { HeaderLine } from "../case.js";
import { interceptionNames } from "../interceptors.js";
import type { Random } from "../prng.js";
import type { Payload } from "./payload.js";
import { isEnveloped, isObedient, type Plan } from "./plan.js";

export interface RequestHeader {
  readonly lines: readonly HeaderLine[];
  readonly about: readonly string[];
}

/** All headers but those of the connection and the length of the body. */
export function headersOf(r: Random, plan: Plan, payload: Payload, id: string): RequestHeader {
  const lines: HeaderLine[] = [["x-case", id]];
  const about: string[] = [];
  const draw: Drawing = {
    r,
    plan,
    isOdd(percent, what) {
      const odd = plan.style === "odd" && r.chance(percent);
      if (odd) about.push(what);
      return odd;
    },
    add: (name, value) => lines.push([name, value]),
  };
  contentType(draw);
  encodings(draw, payload);
  timeout(draw);
  protocolVersion(draw);
  behaviour(draw, about);
  interceptors(draw);
  ordinary(draw);
  page(draw);
  return { lines, about };
}

interface Drawing {
  readonly r: Random;
  readonly plan: Plan;
  isOdd(percent: number, what: string): boolean;
  add(name: string, value: string): void;
}

function contentType({ r, plan, isOdd, add }: Drawing): void {
  const { protocol, codec } = plan;
  if (protocol === "get" && !isOdd(8, "content-type of a GET")) return;
  const usual = usualType(r, plan);
  if (isOdd(3, "no content-type")) return;
  if (!isOdd(12, "content-type")) {
    add("content-type", usual);
    return;
  }
  const suffix = codec === "json" ? "json" : "proto";
  add(
    "content-type",
    r.pick([
      `${usual}; charset=utf-8`,
      `${usual};charset=utf8`,
      `${usual}; charset=iso-8859-1`,
      `${usual};x=y`,
      `${usual} `,
      `${usual};`,
      usual.toUpperCase(),
      usual.replace("application", "Application"),
      "",
      "text/plain",
      "application/octet-stream",
      "application/grpc;x=y",
      "application/grpc-web-text",
      `application/grpc+${suffix}`,
      `application/grpc-web+${suffix}`,
      `application/connect+${suffix}`,
      `application/${suffix}`,
      "application/connectjson",
      "application/jsonp",
      "application/grpc+thrift",
    ]),
  );
  if (isOdd(8, "two content-types")) add("content-type", "application/json");
}

function usualType(r: Random, { protocol, codec }: Plan): string {
  const suffix = codec === "json" ? "json" : "proto";
  if (protocol === "connect" || protocol === "get") return `application/${suffix}`;
  if (protocol === "connect-stream") return `application/connect+${suffix}`;
  return codec === "binary" && r.chance(40)
    ? `application/${protocol}`
    : `application/${protocol}+${suffix}`;
}

function encodings({ r, plan, isOdd, add }: Drawing, { encoding }: Payload): void {
  const prefix = {
    connect: "",
    get: "",
    "connect-stream": "connect-",
    grpc: "grpc-",
    "grpc-web": "grpc-",
  };
  const { protocol } = plan;
  const name = prefix[protocol];
  const content = name === "grpc-" ? "grpc-encoding" : `${name}content-encoding`;
  if (encoding !== undefined && protocol !== "get") add(content, encoding);
  if (isOdd(2, "two encodings")) add(content, r.pick(["gzip", "identity"]));
  if (r.chance(30)) add(`${name}accept-encoding`, r.pick(["gzip", "br", "gzip, br", "identity"]));
  if (isOdd(10, "accept-encoding")) {
    add(
      `${name}accept-encoding`,
      r.pick(["", "GZIP", "fancy", "fancy,gzip", "br;q=1, gzip", "*", ",", "gzip;q=0", " gzip "]),
    );
  }
  // Of another protocol: without a meaning.
  if (isOdd(3, "other accept-encoding")) {
    add(r.pick(["accept-encoding", "grpc-accept-encoding", "connect-accept-encoding"]), "gzip");
  }
}

function timeout({ r, plan, isOdd, add }: Drawing): void {
  const isGrpc = plan.protocol.startsWith("grpc");
  const name = isGrpc ? "grpc-timeout" : "connect-timeout-ms";
  if (r.chance(14)) {
    add(
      name,
      isGrpc
        ? r.pick(["20S", "60000m", "1H", "2M", "99999999S", "99999999H", "30000000u"])
        : r.pick(["20000", "60000", "9999999999", "0000030000", "2147483648"]),
    );
  }
  if (isOdd(8, "timeout")) {
    const odd = [
      "",
      "0",
      "-1",
      "1.5",
      "1e3",
      "abc",
      "12345678901",
      " 20000",
      "20000 ",
      "+1",
      "0x1",
    ];
    const oddGrpc = ["0S", "0n", "100n", "123456789S", "S", "1x", "-1S", "20s", "20 S", "1.5S"];
    add(name, r.pick(isGrpc ? [...odd, ...oddGrpc] : odd));
  }
  if (isOdd(2, "other timeout")) add(isGrpc ? "connect-timeout-ms" : "grpc-timeout", "0");
}

function protocolVersion({ r, plan, isOdd, add }: Drawing): void {
  if (!plan.protocol.startsWith("connect")) return;
  if (isOdd(6, "protocol version"))
    add("connect-protocol-version", r.pick(["2", "", "1, 1", "v1"]));
  else if (r.chance(65)) add("connect-protocol-version", "1");
}

function behaviour({ r, plan, add }: Drawing, about: string[]): void {
  if (plan.style === "leaving" || !isObedient(plan.rpc) || !r.chance(50)) return;
  if (r.chance(4) && plan.style === "clean") {
    // Ended by its deadline: late enough that the method is sure to have begun.
    const ms = String(300 + r.nat(100));
    const isGrpc = plan.protocol.startsWith("grpc");
    add(isGrpc ? "grpc-timeout" : "connect-timeout-ms", isGrpc ? `${ms}m` : ms);
    add("x-do", `wait:${r.pick(["", "throw", "other", "deaf"])}`);
    about.push("deadline");
    return;
  }
  const steps = Array.from({ length: 1 + r.nat(2) }, () =>
    r.weighted<() => string>([
      [6, () => r.pick(behaviourSteps)],
      [2, () => `error:${1 + r.nat(15)}:${r.pick(errorVariants)}`],
      [1, () => r.pick(behaviourSteps).replace(/^throw/, "reject")],
      [2, () => `size:${r.pick([80, 88, 89, 90, 97, 98, 1012, 1013, 1021, 1022, 3000])}`],
      [2, () => `size:${r.pick([1_488, 1_489, 1_490, 1_496, 1_497, 1_498, 20_000])}`],
      [1, () => "async"],
    ])(),
  );
  if (r.chance(2)) steps.push(`error:${r.pick([0, 17, 99, -1])}:`);
  add("x-do", steps.join(", "));
  about.push(...steps);
}

function interceptors({ r, plan, add }: Drawing): void {
  if (plan.style === "leaving") return;
  const levels = [
    ...(plan.rpc.startsWith("Guarded") ? ["service", "method"] : []),
    ...(plan.configuration === "intercepted" ? ["outer", "inner"] : []),
  ];
  for (const level of levels) if (r.chance(45)) add(`x-${level}`, r.pick(interceptionNames));
  if (plan.configuration === "intercepted" && r.chance(15)) {
    add("x-gate", r.pick(["refuse", "throw", "header", "slow"]));
  }
}

function ordinary({ r, plan, isOdd, add }: Drawing): void {
  if (plan.protocol === "grpc" && r.chance(80)) add("te", "trailers");
  if (r.chance(30)) add("x-user", "ann");
  if (r.chance(10)) add("X-User".toLowerCase(), "bob");
  if (r.chance(10)) add("x-data-bin", r.pick(["AAEC", "/w==", ""]));
  if (r.chance(10)) add("user-agent", "differential/1");
  if (r.chance(8)) add("accept", "*/*");
  if (r.chance(8)) add("authorization", "Bearer abc");
  if (r.chance(8)) add("cookie", "a=1");
  if (r.chance(5)) add("cookie", "b=2");
  if (isOdd(4, "latin1 header")) add("x-latin", "caf\xe9 \xff");
  if (isOdd(3, "empty header")) add("x-nothing", "");
  if (isOdd(3, "long header")) add("x-long", "l".repeat(r.pick([1_000, 5_000, 12_000])));
  if (isOdd(2, "control characters")) add("x-control", r.pick(["a\x01b", "a\tb", "a\x7fb"]));
  if (isOdd(2, "single header twice")) {
    const name = r.pick(["user-agent", "authorization", "from", "referer", "host"]);
    add(name, "one");
    add(name, "two");
  }
  if (isOdd(2, "response header in a request")) add("grpc-status", "3");
  if (isOdd(1, "prototype")) add(r.pick(["__proto__", "constructor", "tostring"]), "x");
  if (isOdd(2, "te")) add("te", "gzip");
  if (!isEnveloped(plan) && isOdd(2, "range")) add("range", "bytes=0-3");
}

/** What browsers add for pages. */
function page({ r, plan, isOdd, add }: Drawing): void {
  if (!r.chance(plan.configuration === "cors" ? 60 : 4)) return;
  add(
    "origin",
    r.pick(["https://page.example", "https://other.example", "null", "http://localhost:5173"]),
  );
  if (r.chance(30) || isOdd(10, "preflight")) {
    add("access-control-request-method", "POST");
    add("access-control-request-headers", "content-type, x-user");
  }
}
