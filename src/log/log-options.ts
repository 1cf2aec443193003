import { type FieldViolation, SluiceError } from "../errors.js";
import type { AppendLimits } from "./append/append-request.js";
import type { SessionHook } from "./append/session-maker.js";
import { findConditionMistakes } from "./model/check-conditions.js";
import type { ConditionRule } from "./model/condition.js";
import { type Conditions, compileConditions } from "./model/conditions.js";
import { findQueryTypeProblem, type QueryType } from "./model/query-type.js";
import { Subscription } from "./model/subscription.js";
import type { Timestamp } from "./model/timestamp.js";
import { type Moment, momentOf } from "./moment.js";
import type { ReadLimits } from "./read/log-reader.js";
import { findRetentionMistakes, type RetentionRule } from "./retention/retention-rule.js";
import type { Storage } from "./storage/storage.js";
import { maxServer } from "./tables.js";
import { WallClock } from "./wall-clock.js";

/** Limits of a log. */
export interface LogLimits extends AppendLimits, ReadLimits {
  /** Appends that may wait to be written; default 16,384. */
  readonly maxPending: number;
  /** Bytes of appends that may wait to be written; default 64 MiB. */
  readonly maxPendingBytes: number;
  /**
   * Events that gather in memory, and are read again after a crash, until the index is written for
   * all of them at once; default 131,072. With fewer, appends cost more.
   */
  readonly maxUnindexedEvents: number;
  /** Sessions kept in memory for those who follow closely; default 4,096. */
  readonly maxRecentSessions: number;
  /** Subscribers at once, other than loops in the same process; default 10,000. */
  readonly maxSubscribers: number;
}

/** Options of an `EventLog`. */
export interface LogOptions {
  readonly storage: Storage;
  /** This server's number in the ids of events, from 0 to 2^32 - 1; default 1. */
  readonly server?: number;
  /** Kept with the log: a log that has another one is not opened. Default: none, which fits all. */
  readonly identifier?: string;
  readonly limits?: Partial<LogLimits>;
  /** The time of day; default: the machine's. It may step back, the log's time does not. */
  readonly now?: () => Timestamp;
  /** What must hold of events: others are refused, and those in storage are not seen. */
  readonly conditions?: readonly ConditionRule[];
  /** How much is kept; default: everything, for ever. */
  readonly retention?: readonly RetentionRule[];
  /** The last event of each of these types is kept, whatever the rules say; default: of all. */
  readonly latest?: { readonly types: readonly QueryType[] };
  /** How often what is not kept is removed; default 60. */
  readonly cleanUpEverySeconds?: number;
  /** How long idempotency keys are remembered; default 604,800, a week. */
  readonly keepAnswersSeconds?: number;
  /** Told now and then, while a log opens that has much to read before it can begin. */
  readonly onProgress?: (progress: OpenProgress) => void;
  /** Takes part in every session before it is written. */
  readonly hook?: SessionHook;
  /** Told of what fails while nobody waits for it: the storage, for good, or a clean-up. */
  readonly onError?: (error: unknown) => void;
}

/** How far a log is that opens. */
export interface OpenProgress {
  /**
   * `"index"`: sessions are read that the index does not have, after a crash; `"rules"`: all events
   * are counted, since the rules of what is kept are new, or others than before.
   */
  readonly part: "index" | "rules";
  /** Records that were read. */
  readonly done: number;
  /** How many there are, about. */
  readonly total: number;
}

/** Options of a log, checked, with every default filled in. */
export interface ResolvedLogOptions {
  readonly storage: Storage;
  readonly server: number;
  readonly identifier: string | undefined;
  readonly limits: LogLimits;
  readonly now: () => Moment;
  readonly conditions: Conditions;
  readonly retention: readonly RetentionRule[];
  readonly latest: Subscription;
  readonly cleanUpEverySeconds: number;
  readonly keepAnswersSeconds: number;
  readonly onProgress: ((progress: OpenProgress) => void) | undefined;
  readonly hook: SessionHook | undefined;
  readonly onError: (error: unknown) => void;
}

const defaultLimits: LogLimits = {
  maxEvents: 10_000,
  maxPayloadBytes: 2 ** 20,
  maxSessionBytes: 2 ** 24,
  maxTypeSegments: 64,
  maxTypeBytes: 1_024,
  maxTypes: 1_000_000,
  maxKeyBytes: 512,
  maxPending: 16_384,
  maxPendingBytes: 2 ** 26,
  maxUnindexedEvents: 131_072,
  maxRecentSessions: 4_096,
  maxSubscribers: 10_000,
  maxPageEvents: 4_096,
  maxPageRecords: 65_536,
  maxPageBytes: 3 * 2 ** 18,
};

/** @throws SluiceError `log_options_invalid`, naming everything that is wrong. */
export function resolveLogOptions(options: LogOptions): ResolvedLogOptions {
  const violations: FieldViolation[] = [];
  const refuse = (field: string, description: string) => violations.push({ field, description });
  const { storage, server = 1, limits = {}, now, conditions = [], retention = [], hook } = options;
  const { identifier, onProgress } = options;
  const { latest, cleanUpEverySeconds = 60, keepAnswersSeconds = 604_800 } = options;
  if (typeof storage?.commit !== "function") refuse("storage", "must be a storage");
  if (!isWhole(server, 0, maxServer)) {
    refuse("server", `must be a whole number from 0 to ${maxServer}`);
  }
  if (identifier !== undefined && (typeof identifier !== "string" || identifier === "")) {
    refuse("identifier", "must be a text of at least one character");
  }
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultLimits, name)) refuse(`limits.${name}`, "is no limit of a log");
    else if (value !== undefined && !isWhole(value, 1, Number.MAX_SAFE_INTEGER)) {
      refuse(`limits.${name}`, "must be a whole number of at least 1");
    }
  }
  for (const mistake of findConditionMistakes(conditions)) refuse("conditions", mistake);
  for (const mistake of findRetentionMistakes(retention)) refuse("retention", mistake);
  for (const [i, type] of (latest?.types ?? []).entries()) {
    const problem = findQueryTypeProblem(type);
    if (problem !== undefined) refuse(`latest.types[${i}]`, problem);
  }
  if (!isWhole(cleanUpEverySeconds, 1, 86_400)) {
    refuse("cleanUpEverySeconds", "must be a whole number from 1 to 86400");
  }
  if (!isWhole(keepAnswersSeconds, 0, Number.MAX_SAFE_INTEGER)) {
    refuse("keepAnswersSeconds", "must be a whole number of at least 0");
  }
  if (violations.length > 0) {
    const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    throw new SluiceError("log_options_invalid", `Options of the event log: ${text}`, {
      violations,
    });
  }
  const clock = new WallClock();
  return {
    storage,
    server,
    identifier,
    limits: { ...defaultLimits, ...limits },
    now: now === undefined ? () => clock.now() : () => momentOf(now()),
    conditions: compileConditions(conditions),
    retention,
    latest: latest === undefined ? Subscription.all : Subscription.of(latest.types),
    cleanUpEverySeconds,
    keepAnswersSeconds,
    onProgress,
    hook,
    onError: options.onError ?? (() => {}),
  };
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}
