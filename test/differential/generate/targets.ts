import type { Random } from "../prng.js";
import type { Payload } from "./payload.js";
import type { Plan } from "./plan.js";

export interface Target {
  readonly method: string;
  readonly target: string;
  readonly about: readonly string[];
}

/** Method and path; for a GET with the message in its query. */
export function targetOf(r: Random, plan: Plan, payload: Payload): Target {
  const about: string[] = [];
  const isOdd = (percent: number, what: string): boolean => {
    const odd = plan.style === "odd" && r.chance(percent);
    if (odd) about.push(what);
    return odd;
  };
  const [service, rpc] = plan.rpc.split("/") as [string, string];
  const plain = `/diff.v1.${service}Service/${rpc}`;
  const path = isOdd(7, "path") ? oddPath(r, plain, service, rpc) : plain;
  const isGet = plan.protocol === "get";
  const usual = isGet ? "GET" : "POST";
  const method = isOdd(6, "method") ? r.pick(oddMethods) : usual;
  if (isGet) return { method, target: `${path}?${queryOf(r, plan, payload, isOdd)}`, about };
  const query = isOdd(5, "query")
    ? r.pick(["?", "?a=b", "?encoding=json&message=%7B%7D", "?%zz"])
    : "";
  return { method, target: path + query, about };
}

const oddMethods = [
  ...["GET", "PUT", "OPTIONS", "HEAD", "DELETE", "PATCH", "POST"],
  ...["TRACE", "post", "NONSENSE"],
];

function oddPath(r: Random, plain: string, service: string, rpc: string): string {
  return r.pick([
    `${plain}/`,
    `/${plain}`,
    plain.replace(/\/([^/]*)$/, "//$1"),
    plain.replace("Service", "%53ervice"),
    plain.toLowerCase(),
    `/diff.v1.${service}Service/Unheard`,
    `/diff.v1.Unheard/${rpc}`,
    "/",
    "*",
    `http://sluice.test${plain}`,
    `http://elsewhere.test:81${plain}?a=b`,
    `${plain}#fragment`,
    `${plain};a=b`,
    `${plain}%00`,
    `${plain}%zz`,
    `/x/..${plain}`,
    `${plain}?${"q".repeat(3_000)}`,
    `${plain}\xe4`,
    plain.slice(1),
  ]);
}

function queryOf(
  r: Random,
  { codec }: Plan,
  { body, encoding }: Payload,
  isOdd: (percent: number, what: string) => boolean,
): string {
  const bytes = Buffer.from(body, "latin1");
  // Binary messages need it; JSON may have it.
  const isBase64 = (codec === "binary" && !isOdd(4, "not base64")) || r.chance(20) || !!encoding;
  const base64 = bytes.toString(r.chance(70) ? "base64url" : "base64");
  const message = isBase64 ? encodeURIComponent(base64) : percentEncoded(bytes);
  const parameters = [
    `encoding=${isOdd(5, "encoding parameter") ? r.pick(["", "xml", "JSON"]) : codecName(codec)}`,
    `message=${isOdd(5, "message parameter") ? r.pick(oddMessages) : message}`,
    ...(isBase64 ? [`base64=${isOdd(5, "base64 parameter") ? r.pick(["0", "true"]) : "1"}`] : []),
    ...(encoding === undefined ? [] : [`compression=${encodeURIComponent(encoding)}`]),
    ...(r.chance(60) ? [`connect=${isOdd(10, "connect parameter") ? "v2" : "v1"}`] : []),
  ];
  if (isOdd(5, "missing parameter")) parameters.splice(r.nat(parameters.length - 1), 1);
  if (isOdd(5, "unknown parameter")) parameters.push(r.pick(["unheard=of", "&&", "=", "%zz=%zz"]));
  if (isOdd(5, "twice")) parameters.push(r.pick(parameters));
  if (r.chance(30)) parameters.reverse();
  return parameters.join("&");
}

const codecName = (codec: Plan["codec"]): string => (codec === "json" ? "json" : "proto");

const oddMessages = [
  "",
  "%",
  "%zz",
  "%ff%fe",
  "!!!",
  "{}",
  "e30",
  "e30=",
  "e30%3D",
  "e+/",
  "%7B%7D",
];

function percentEncoded(bytes: Buffer): string {
  return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}
