import { Code, ConnectError } from "@connectrpc/connect";

/** A value that `JSON.stringify` shows completely. */
export type Plain = string | number | boolean | null | readonly Plain[] | { [key: string]: Plain };

/** Any value in words, so that two of them can be compared and shown: classes and all. */
export function describe(value: unknown, depth = 8): Plain {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object") return Object.is(value, -0) ? "-0" : String(value);
  if (depth === 0) return "…";
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof Headers) return headerLines(value);
  if (value instanceof Error) return describeError(value);
  if (Array.isArray(value)) return value.map((item) => describe(item, depth - 1));
  const entries = Object.entries(value).map(([key, item]) => [key, describe(item, depth - 1)]);
  return { "": value.constructor?.name ?? "no class", ...Object.fromEntries(entries) };
}

/** The lines of a header in one order. */
export function headerLines(headers: Headers): Plain {
  return [...headers].map(([name, value]) => `${name}: ${value}`).sort();
}

function describeError(error: Error): Plain {
  if (!(error instanceof ConnectError)) return `${error.name}: ${error.message}`;
  return {
    code: Code[error.code] ?? error.code,
    message: error.rawMessage,
    metadata: headerLines(error.metadata),
    details: error.details.length,
    cause: error.cause === undefined ? "none" : describe(error.cause, 2),
  };
}

/** What became of a signal. */
export function describeSignal(signal: AbortSignal): Plain {
  return signal.aborted ? { aborted: describe(signal.reason) } : "not aborted";
}
