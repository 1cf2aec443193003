import { SluiceError } from "../../errors.js";

/**
 * Everything the network server bounds. Times are in milliseconds and sizes as named; all are whole
 * numbers of at least 1.
 *
 * There is deliberately no limit on how long a request body may take (Node's `requestTimeout` is
 * off): a client stream may last for days. Whoever knows the method sets that deadline.
 */
export interface ServerLimits {
  /** Open connections, of both protocols together; further ones are closed on arrival. Default 10_000. */
  readonly maxConnections: number;
  /**
   * Names and values of one request's header, in bytes. Default 16_384 (16 KiB). HTTP/1.1 counts
   * the request line too and answers 431. HTTP/2 resets the stream with ENHANCE_YOUR_CALM, or
   * answers 431 to a client that has not yet acknowledged the limit.
   */
  readonly maxHeaderBytes: number;
  /**
   * How long a peer may take to show which protocol it speaks, to finish a TLS handshake, to send a
   * complete HTTP/1.1 header, and to acknowledge HTTP/2 settings; each on its own. Default 10_000.
   */
  readonly headersTimeoutMs: number;
  /** How long a connection without a request stays open, HTTP/1.1 and HTTP/2. Default 65_000. */
  readonly keepAliveTimeoutMs: number;
  /** Concurrent streams of one HTTP/2 connection. Default 1_000. */
  readonly maxStreamsPerConnection: number;
  /**
   * Memory one HTTP/2 connection may use, in megabytes (10^6 bytes): about 1 kB for each open
   * stream, its header, and every answer written to it that the client has not yet taken. Above it
   * new streams are refused, and a client that keeps opening them loses the whole connection; so it
   * must hold what the permitted streams need. Default: 100 kB for each permitted stream, at least
   * 64 MB; that is 100 with the other defaults.
   */
  readonly maxSessionMemoryMb: number;
  /**
   * How often a silent peer is asked whether it still lives: HTTP/2 PING, and TCP keepalive on all
   * connections. Default 30_000.
   */
  readonly pingIntervalMs: number;
  /** How long an HTTP/2 peer may stay silent after a PING before it counts as dead. Default 20_000. */
  readonly pingTimeoutMs: number;
}

/** The largest delay Node's timers can hold; a longer one would fire at once. */
export const maxTimerMs = 2 ** 31 - 1;

type Derived = "maxSessionMemoryMb";

const fixedDefaults: Omit<ServerLimits, Derived> = {
  maxConnections: 10_000,
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  keepAliveTimeoutMs: 65_000,
  maxStreamsPerConnection: 1_000,
  pingIntervalMs: 30_000,
  pingTimeoutMs: 20_000,
};

const maximum: ServerLimits = {
  maxConnections: 2 ** 31 - 1,
  // Node and nghttp2 cannot hold longer headers, whatever they are told.
  maxHeaderBytes: 2 ** 24 - 1,
  headersTimeoutMs: maxTimerMs,
  keepAliveTimeoutMs: maxTimerMs,
  maxStreamsPerConnection: 2 ** 31 - 1,
  maxSessionMemoryMb: 1e6,
  pingIntervalMs: maxTimerMs,
  pingTimeoutMs: maxTimerMs,
};

/** What one open stream takes with a short header and nothing queued; measured 1,000 bytes. */
const leastStreamBytes = 2_000;

/**
 * Completes `limits` with the defaults.
 *
 * @throws SluiceError `server_limits_invalid` that names every unknown or bad limit at once.
 */
export function resolveLimits(limits: Partial<ServerLimits> = {}): ServerLimits {
  const given = Object.fromEntries(
    Object.entries(limits).filter(([, value]) => value !== undefined),
  );
  const problems = Object.entries(given).flatMap(([name, value]) => problemWith(name, value));
  const fixed = { ...fixedDefaults, ...given };
  const resolved: ServerLimits = { maxSessionMemoryMb: sessionMemoryFor(fixed), ...fixed };
  if (problems.length === 0) problems.push(...contradictions(resolved));
  if (problems.length > 0) {
    throw new SluiceError(
      "server_limits_invalid",
      `server limits are not usable: ${problems.join("; ")}`,
    );
  }
  return resolved;
}

function problemWith(name: string, value: unknown): string[] {
  if (!Object.hasOwn(maximum, name)) {
    return [`${name} is not a limit (known: ${Object.keys(maximum).join(", ")})`];
  }
  const most = maximum[name as keyof ServerLimits];
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most)
    return [];
  return [`${name} must be a whole number from 1 to ${most}, not ${String(value)}`];
}

function sessionMemoryFor({
  maxStreamsPerConnection,
}: Pick<ServerLimits, "maxStreamsPerConnection">) {
  const megabytes = Math.ceil(maxStreamsPerConnection / 10);
  return Math.min(maximum.maxSessionMemoryMb, Math.max(64, megabytes));
}

function contradictions(limits: ServerLimits): string[] {
  const leastMb = Math.ceil((limits.maxStreamsPerConnection * leastStreamBytes) / 1e6);
  if (limits.maxSessionMemoryMb >= leastMb) return [];
  return [
    `maxSessionMemoryMb is ${limits.maxSessionMemoryMb}, but ${limits.maxStreamsPerConnection} streams ` +
      `(maxStreamsPerConnection) need at least ${leastMb}`,
  ];
}
