import type { Message } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { BroadcastMember, Outlet } from "../../fanout/broadcast.js";
import { type AbortState, wireError } from "../errors.js";
import { deadlineExceeded } from "./deadline.js";
import { streamEnding } from "./stream-endings.js";
import type { SubscriptionRoute } from "./subscription-route.js";
import type { ByteOutlet, Wire } from "./wire.js";

/**
 * One subscriber and its answer, which goes on until the topic, the caller, the deadline or the app
 * ends it. There may be thousands that wait for something to happen: it holds on to nothing else.
 */
export class LiveSubscription implements Outlet, EventListenerObject, AbortState {
  aborted = false;
  reason: unknown = undefined;
  private readonly outlet: ByteOutlet;
  private member: BroadcastMember | undefined = undefined;
  private timer: NodeJS.Timeout | undefined = undefined;
  private over = false;

  /** Sends the header. */
  constructor(
    wire: Wire,
    private readonly route: SubscriptionRoute,
    private readonly compression: Compression | null,
  ) {
    const { format } = route;
    const head: Record<string, string> = { "content-type": format.contentType };
    if (compression !== null) head[format.encoding] = compression.name;
    this.outlet = wire.open(head, format.protocolName === "grpc");
    wire.onClose(() => this.leave());
  }

  /** Follows what a request asks for. */
  follow(message: Message, timeoutMs: number | undefined): void {
    const { shutdown, binding, subscribers, format } = this.route;
    if (shutdown.aborted) {
      this.handleEvent();
      return;
    }
    shutdown.addEventListener("abort", this);
    try {
      const kind = {
        binary: format.binary,
        compression: this.compression,
        chunked: this.outlet.chunked,
      };
      this.member = subscribers.subscribe(binding.request.fromMessage(message), kind, this);
    } catch (error) {
      this.end(error);
      return;
    }
    if (this.over) {
      this.member.close();
      return;
    }
    this.outlet.onDrain(() => this.member?.drained());
    if (timeoutMs !== undefined) {
      this.timer = setTimeout(() => this.abort(deadlineExceeded()), timeoutMs);
    }
  }

  write(bytes: Uint8Array): boolean {
    return this.outlet.write(bytes);
  }

  /** The topic, or its refusal, ends the stream. */
  end(error?: unknown): void {
    const { origin, settings } = this.route;
    if (error === undefined) this.finish(undefined);
    else this.finish(wireError(error, this, origin, settings.onError));
  }

  /** Ends a stream that never was, with an error as it is. */
  refuse(error: ConnectError): void {
    this.finish(error);
  }

  /** The app closes. */
  handleEvent(): void {
    this.abort(this.route.shutdown.reason);
  }

  private abort(reason: unknown): void {
    if (this.over) return;
    this.aborted = true;
    this.reason = reason;
    this.end(reason);
  }

  private finish(error: ConnectError | undefined): void {
    if (this.over) return;
    this.member?.flush();
    this.leave();
    const { format, settings, origin } = this.route;
    try {
      const { bytes, trailers } = streamEnding(format, settings, this.compression, error);
      this.outlet.end(bytes, trailers);
    } catch (failure) {
      settings.onError(failure, origin);
      this.outlet.fail();
    }
  }

  /** Frees everything. */
  private leave(): void {
    this.over = true;
    clearTimeout(this.timer);
    this.route.shutdown.removeEventListener("abort", this);
    this.member?.close();
  }
}
