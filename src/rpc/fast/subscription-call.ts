import { Code, ConnectError } from "@connectrpc/connect";
import type { BodyCollector } from "./body-collector.js";
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

  protected get canDecompress(): boolean {
    return (this.head.negotiated?.request ?? null) !== null;
  }

  protected discard(): void {}

  protected received(message: Buffer, compressed: boolean): void {
    const compression = compressed ? this.head.negotiated?.request : undefined;
    if (compression === null || compression === undefined) {
      this.begin(message);
      return;
    }
    compression.decompress(message, this.route.settings.readMaxBytes).then(
      (plain) => this.begin(Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength)),
      (reason: unknown) => this.refuse(ConnectError.from(reason)),
    );
  }

  private begin(bytes: Buffer): void {
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
      live.end(new ConnectError("the operation timed out", Code.DeadlineExceeded));
    } else {
      live.follow(this.route, message, leftMs);
    }
  }

  private refuse(error: ConnectError): void {
    if (!this.wire.isClosed) this.open().refuse(error);
  }

  private open(): LiveSubscription {
    return new LiveSubscription(this.wire, this.route, this.head.negotiated?.response ?? null);
  }
}
