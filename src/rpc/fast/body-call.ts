import type { Readable } from "node:stream";
import type { ArrivingBody } from "../request-bodies.js";
import type { BodyCollector } from "./body-collector.js";
import { UnaryCall, type UnaryCallStart } from "./unary-call.js";

/** Takes over a request after some of its body, or all of it, has been read. */
export type HandBack = (read: readonly Buffer[], ended: boolean) => void;

const call = Symbol("call");

type CalledReadable = Readable & { [call]: BodyCall };

/** A unary call from the moment on in which its header is here, but not its body. */
export abstract class BodyCall extends UnaryCall implements ArrivingBody {
  readonly mustArrive = true;
  private arrived = false;

  constructor(
    start: UnaryCallStart,
    /** Whatever the body is read from. */
    private readonly source: Readable,
    private readonly body: BodyCollector,
    private readonly handBack: HandBack,
  ) {
    super(start);
  }

  get hasArrived(): boolean {
    return this.arrived || this.source.destroyed;
  }

  /** Reads the body, then calls. */
  read(): void {
    const { source } = this;
    // Functions that all calls share, and a property: closures would cost more than the rest.
    (source as CalledReadable)[call] = this;
    source.on("data", onData);
    source.on("end", onEnd);
    if (this.remainingMs() !== undefined) this.watchOnce();
  }

  /** Calls with a message that came in the URL. */
  readQuery(message: Buffer): void {
    const { source } = this;
    // Node ends no request that nobody has read to its end.
    source.once("end", () => {
      this.arrived = true;
    });
    source.resume();
    this.received(message, true);
  }

  /** Breaks the request off: its body takes too long. */
  abstract abandon(): void;

  take(chunk: Buffer): void {
    if (!this.body.add(chunk)) this.giveBack(false);
  }

  end(): void {
    const { body, canDecompress } = this;
    const message = body.end();
    if (message === undefined || (body.compressed && !canDecompress)) {
      this.giveBack(true);
    } else {
      this.arrived = true;
      this.received(message, body.compressed || !this.route.format.enveloped);
    }
  }

  private giveBack(ended: boolean): void {
    const { source, body } = this;
    this.arrived = true;
    this.discard();
    source.off("data", onData);
    source.off("end", onEnd);
    if (!ended) source.pause();
    this.handBack(body.chunks, ended);
  }
}

function onData(this: Readable, chunk: Buffer): void {
  (this as CalledReadable)[call].take(chunk);
}

function onEnd(this: Readable): void {
  (this as CalledReadable)[call].end();
}
