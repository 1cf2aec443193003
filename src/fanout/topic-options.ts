import { type FieldViolation, SluiceError } from "../errors.js";
import { type Clock, MAX_DELAY_MS, systemClock } from "./clock.js";

/** Options of a `Topic`. */
export interface TopicOptions<T> {
  /**
   * What happens to a subscriber whose transport is back-pressured and whose queue is full.
   * `"latest"` (default): its oldest item is dropped, `publish()` never waits. `"fifo"`:
   * `publish()` waits for room, every subscriber gets everything in order.
   */
  readonly policy?: "latest" | "fifo";
  /** Items queued for a subscriber while its transport is back-pressured; default 1. */
  readonly queueSize?: number;
  /** How many of the last items a newcomer gets first; `true` (default) is 1, `false` is 0. */
  readonly replay?: boolean | number;
  /**
   * For `"fifo"`: `"block"` (default) waits for a slow subscriber as long as it takes;
   * `{ evictAfterMs }` ends each subscriber which has kept one publish waiting for that long.
   */
  readonly slow?: "block" | { readonly evictAfterMs: number };
  /** Subscribers present at once; default 10,000. */
  readonly maxSubscribers?: number;
  /** `publish()` calls which may be waiting at once, the one in progress included; default 1,024. */
  readonly maxWaiting?: number;
  /** Bytes queued for a subscriber, counted by `sizeOf`; default 16 MiB. */
  readonly maxQueueBytes?: number;
  /**
   * The size of an item in bytes. Without it nothing counts towards `maxQueueBytes`. It is called
   * only for an item which has to be queued, at most once per publish, and should be pure.
   */
  readonly sizeOf?: (item: T) => number;
  /**
   * When nothing was published for `everyMs`, `item()` is called and its result is given to all
   * subscribers that are not back-pressured and did not decline. It is neither replayed nor queued.
   */
  readonly heartbeat?: { readonly everyMs: number; readonly item: () => T };
  /** The source of time; default: the system's. */
  readonly clock?: Clock;
}

/** `TopicOptions` checked, with every default filled in. */
export interface ResolvedTopicOptions<T> {
  readonly policy: "latest" | "fifo";
  readonly queueSize: number;
  readonly replay: number;
  readonly evictAfterMs: number | undefined;
  readonly maxSubscribers: number;
  readonly maxWaiting: number;
  readonly maxQueueBytes: number;
  readonly sizeOf: ((item: T) => number) | undefined;
  readonly heartbeat: { readonly everyMs: number; readonly item: () => T } | undefined;
  readonly clock: Clock;
}

/** Collects what is wrong with a set of options, so that one error can name all of it. */
export class OptionCheck {
  private readonly violations: FieldViolation[] = [];

  require(holds: boolean, field: string, description: string): void {
    if (!holds) this.violations.push({ field, description });
  }

  integer(value: unknown, field: string, min: number, max = Number.MAX_SAFE_INTEGER): void {
    const holds =
      Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    this.require(holds, field, `must be a whole number ${range}, got ${describe(value)}`);
  }

  /** @throws SluiceError `topic_options_invalid` if anything was wrong. */
  finish(): void {
    if (this.violations.length === 0) return;
    const list = this.violations.map(({ field, description }) => `${field} ${description}`);
    throw new SluiceError("topic_options_invalid", `Topic options: ${list.join("; ")}`, {
      violations: this.violations,
    });
  }
}

/**
 * Checks the options of a topic and fills in the defaults. `check` may have been used for other
 * options before; it is finished here.
 *
 * @throws SluiceError `topic_options_invalid`, naming everything that is wrong.
 */
export function resolveTopicOptions<T>(
  options: TopicOptions<T>,
  check = new OptionCheck(),
): ResolvedTopicOptions<T> {
  const { policy = "latest", queueSize = 1, replay = true, slow = "block", heartbeat } = options;
  const { maxSubscribers = 10_000, maxWaiting = 1_024, maxQueueBytes = 16 * 2 ** 20 } = options;
  const { sizeOf, clock = systemClock } = options;
  const evictAfterMs = slow === "block" ? undefined : slow?.evictAfterMs;

  check.require(
    policy === "latest" || policy === "fifo",
    "policy",
    `must be "latest" or "fifo", got ${describe(policy)}`,
  );
  check.integer(queueSize, "queueSize", 1);
  if (typeof replay !== "boolean") check.integer(replay, "replay", 0);
  if (slow !== "block") {
    check.integer(evictAfterMs, "slow.evictAfterMs", 1, MAX_DELAY_MS);
    check.require(policy !== "latest", "slow", 'is for "fifo" only: "latest" waits for nobody');
  }
  check.integer(maxSubscribers, "maxSubscribers", 1);
  check.integer(maxWaiting, "maxWaiting", 1);
  check.integer(maxQueueBytes, "maxQueueBytes", 1);
  if (sizeOf !== undefined) {
    check.require(typeof sizeOf === "function", "sizeOf", "must be a function");
  }
  if (heartbeat !== undefined) {
    check.integer(heartbeat.everyMs, "heartbeat.everyMs", 1, MAX_DELAY_MS);
    check.require(typeof heartbeat.item === "function", "heartbeat.item", "must be a function");
  }
  check.finish();
  return {
    policy,
    queueSize,
    replay: Number(replay),
    evictAfterMs,
    maxSubscribers,
    maxWaiting,
    maxQueueBytes,
    sizeOf,
    heartbeat,
    clock,
  };
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
