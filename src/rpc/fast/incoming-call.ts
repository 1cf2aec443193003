import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { ConnectError } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import type { ArrivingBody } from "../request-bodies.js";
import type { BodyCollector } from "./body-collector.js";
import type { Negotiated } from "./compressions.js";
import type { Wire } from "./wire.js";

/** What is known of a call before its message has arrived. */
export interface CallHead {
  readonly httpMethod: string;
  readonly headers: IncomingHttpHeaders;
  /** Undefined: may take as long as it likes. */
  readonly timeoutMs: number | undefined;
  /** Undefined: nothing has been looked up yet. */
  readonly negotiated: Negotiated | undefined;
}

/** Takes over a request after some of its body, or all of it, has been read. */
export type HandBack = (read: readonly Buffer[], ended: boolean) => void;

const call = Symbol("call");

type CalledReadable = Readable & { [call]: IncomingCall | undefined };

/** A call that is sent one message, while that message is on its way. */
export abstract class IncomingCall implements ArrivingBody {
  readonly mustArrive = true;
  private arrived = false;

  constructor(
    readonly wire: Wire,
    private readonly body: BodyCollector,
    private readonly handBack: HandBack,
  ) {}

  get hasArrived(): boolean {
    return this.arrived || this.wire.source.destroyed;
  }

  /** Reads the body, then calls. */
  read(): void {
    const { source } = this.wire;
    // Functions that all calls share, and a property: closures would cost more than the rest.
    (source as CalledReadable)[call] = this;
    source.on("data", onData);
    source.on("end", onEnd);
  }

  /** Calls with a message that came in the URL. */
  readQuery(message: Buffer): void {
    this.arrived = true;
    this.unpack(message, this.compression);
  }

  abandon(): void {
    this.wire.abandon();
  }

  take(chunk: Buffer): void {
    if (!this.body.add(chunk)) this.giveBack(false);
  }

  end(): void {
    const { body } = this;
    // An HTTP/2 stream that was reset ends like one that is complete.
    if (this.wire.isClosed) {
      this.arrived = true;
      this.discard();
      return;
    }
    const message = body.end();
    const { compression } = this;
    if (message === undefined || (body.flagged && compression === null)) {
      this.giveBack(true);
    } else {
      this.arrived = true;
      // A stream may live for long; it must not keep its request.
      (this.wire.source as CalledReadable)[call] = undefined;
      this.unpack(message, body.flagged || !body.enveloped ? compression : null);
    }
  }

  /** What the request says that its message is compressed with; null if it says nothing. */
  protected abstract readonly compression: Compression | null;
  protected abstract readonly readMaxBytes: number;

  /** It takes a while to decompress the message. */
  protected waiting(): void {}

  /** The whole message is here, as it was before anybody compressed it. */
  protected abstract received(message: Buffer): void;

  /** The message could not be read. */
  protected abstract refuse(error: ConnectError): void;

  /** It was no call to be answered here after all. */
  protected abstract discard(): void;

  private unpack(message: Buffer, compression: Compression | null): void {
    if (compression === null) {
      this.received(message);
      return;
    }
    this.waiting();
    compression.decompress(message, this.readMaxBytes).then(
      (plain) => this.received(Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength)),
      (reason: unknown) => this.refuse(ConnectError.from(reason)),
    );
  }

  private giveBack(ended: boolean): void {
    const { source } = this.wire;
    this.arrived = true;
    this.discard();
    source.off("data", onData);
    source.off("end", onEnd);
    if (!ended) source.pause();
    this.handBack(this.body.chunks, ended);
  }
}

function onData(this: Readable, chunk: Buffer): void {
  (this as CalledReadable)[call]?.take(chunk);
}

function onEnd(this: Readable): void {
  (this as CalledReadable)[call]?.end();
}
