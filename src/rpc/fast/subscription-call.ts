import { ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { BodyCollector } from "./body-collector.js";
import { deadlineExceeded } from "./deadline.js";
import { type CallHead, type HandBack, IncomingCall } from "./incoming-call.js";
import { LiveSubscription } from "./live-subscription.js";
import type { SubscriptionRoute } from "./subscription-route.js";
import type { Wire } from "./wire.js";

/** A subscription from its header until its request has arrived; then a `LiveSubscription`. */
export class SubscriptionCall extends IncomingCall {
  private readonly deadlineMs: number | undefined;

  constructor(
    private readonly route: SubscriptionRoute,
    private readonly head: CallHead,
    wire: Wire,
    body: BodyCollector,
    handBack: HandBack,
  ) {
    super(wire, body, handBack);
    const { timeoutMs } = head;
    this.deadlineMs = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
  }

  protected get compression(): Compression | null {
    return this.head.negotiated?.request ?? null;
  }

  protected get readMaxBytes(): number {
    return this.route.settings.readMaxBytes;
  }

  protected discard(): void {}

  protected received(bytes: Buffer): void {
    if (this.wire.isClosed) return;
    let message: ReturnType<SubscriptionRoute["parse"]>;
    try {
      message = this.route.parse(bytes);
    } catch (reason) {
      this.refuse(ConnectError.from(reason));
      return;
    }
    const leftMs = this.deadlineMs === undefined ? undefined : this.deadlineMs - performance.now();
    const live = this.open();
    if (leftMs !== undefined && leftMs <= 0) {
      live.end(deadlineExceeded());
    } else {
      live.follow(message, leftMs);
    }
  }

  protected refuse(error: ConnectError): void {
    if (!this.wire.isClosed) this.open().refuse(error);
  }

  private open(): LiveSubscription {
    return new LiveSubscription(this.wire, this.route, this.head.negotiated?.response ?? null);
  }
}
