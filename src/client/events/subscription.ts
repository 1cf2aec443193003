import type { CallOptions, Client, ConnectError } from "@connectrpc/connect";
import type { EventService, SubscribeResponse } from "../../gen/sluice/events/v1/events_pb.js";
import { backoffMs, checkBackoff, pause } from "./backoff.js";
import type { Clock } from "./clock.js";
import { Connection } from "./connection.js";
import { eventOf } from "./from-messages.js";
import { LinkedAbort } from "./linked-abort.js";
import { ResumePoint } from "./resume-point.js";
import { isEventUnknown, isFinal } from "./retry.js";
import { subscribeMessage } from "./subscribe-message.js";
import type { SubscribeOptions, SubscriptionItem } from "./subscribe-options.js";

const defaultHeartbeatMs = 15_000;
/** Two heartbeats may be late or lost before the silence counts. */
const silentHeartbeats = 2.5;

/** What a subscription depends on besides its options. */
export interface SubscriptionContext {
  readonly client: Client<typeof EventService>;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Follows events over one connection after the other. */
export class Subscription implements AsyncIterableIterator<SubscriptionItem, void> {
  readonly #request: ReturnType<typeof subscribeMessage>;
  readonly #backoff: ReturnType<typeof checkBackoff>;
  readonly #maxSilenceMs: number;
  #point: ResumePoint;
  /** Losses since a connection was last sound. */
  #attempt = 0;
  /** Whether a loss has been told, and nothing was heard since. */
  #isLost = false;
  #over: LinkedAbort | undefined;
  readonly #items = this.#run();

  /** @throws ConnectError `argument_invalid`, as `sluiceError()` reads it. */
  constructor(
    private readonly context: SubscriptionContext,
    private readonly options: SubscribeOptions,
  ) {
    const { from = "now", heartbeatMs = defaultHeartbeatMs } = options;
    this.#request = subscribeMessage({ ...options, heartbeatMs });
    this.#backoff = checkBackoff(options.backoff);
    this.#maxSilenceMs = heartbeatMs * silentHeartbeats;
    this.#point = new ResumePoint(from);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<SubscriptionItem, void>> {
    return this.#items.next();
  }

  /** Ends it, also while an item is waited for. */
  return(): Promise<IteratorResult<SubscriptionItem, void>> {
    this.#over?.end();
    return this.#items.return();
  }

  async *#run(): AsyncGenerator<SubscriptionItem, void> {
    const { signal } = this.options;
    const over = new LinkedAbort(signal);
    this.#over = over;
    try {
      while (!over.signal.aborted) {
        const lost = yield* this.#listen(over.signal);
        if (!over.signal.aborted) yield* this.#recover(lost, over.signal);
      }
    } finally {
      over.end();
    }
    signal?.throwIfAborted();
  }

  /** Gives what comes over one connection, and says what ended it. */
  async *#listen(over: AbortSignal): AsyncGenerator<SubscriptionItem, ConnectError> {
    const { client, clock } = this.context;
    const { headers, contextValues } = this.options;
    const request = { ...this.#request, begin: this.#point.begin };
    const open = (signal: AbortSignal) => {
      // It lasts: what a transport has for a default timeout is meant for other calls.
      const call: CallOptions = { signal, headers, contextValues, timeoutMs: 0 };
      return client.subscribe(request, call);
    };
    const connection = new Connection(open, clock, this.#maxSilenceMs, over);
    try {
      for (;;) {
        const heard = await connection.next();
        if ("lost" in heard) return heard.lost;
        if (this.#isLost) {
          this.#isLost = false;
          yield { kind: "resumed" };
        }
        const item = this.#read(heard.response);
        if (item !== undefined) yield item;
      }
    } finally {
      connection.close();
    }
  }

  #read({ item }: SubscribeResponse): SubscriptionItem | undefined {
    // Having caught up proves little: a server that fails over and over gets there every time.
    if (item.case === "batch" || item.case === "heartbeat") this.#attempt = 0;
    switch (item.case) {
      case "batch": {
        const isOfStream = this.options.streamKey !== undefined;
        const events = this.#point.take(item.value.events.map(eventOf), isOfStream);
        if (events.length === 0) return undefined;
        const skipped = Number(item.value.skipped);
        return { kind: "events", events, ...(skipped > 0 && { skipped }) };
      }
      case "caughtUp":
        this.#point.reach(item.value.reached);
        return { kind: "caughtUp" };
      case "heartbeat":
        this.#point.reach(item.value.reached);
        return undefined;
    }
  }

  /** Tells of a loss and makes ready for another connection; throws if that would be in vain. */
  async *#recover(lost: ConnectError, over: AbortSignal): AsyncGenerator<SubscriptionItem, void> {
    const { clock, random } = this.context;
    const { onUnknown = "fail" } = this.options;
    if (onUnknown !== "fail" && isEventUnknown(lost) && this.#point.isBehindEvent) {
      this.#point = new ResumePoint(onUnknown);
      this.#isLost = false;
      yield { kind: "restarted", from: onUnknown, reason: lost };
      return;
    }
    if (isFinal(lost)) throw lost;
    this.#attempt++;
    this.#isLost = true;
    const delayMs = backoffMs(this.#attempt, this.#backoff, random());
    yield { kind: "reconnecting", attempt: this.#attempt, delayMs, error: lost };
    await pause(clock, delayMs, over);
  }
}
