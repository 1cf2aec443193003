import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Message } from "@bufbuild/protobuf";
import { ConnectError, type ContextValues, createContextValues } from "@connectrpc/connect";
import type { Compression } from "@connectrpc/connect/protocol";
import { type AbortState, wireError } from "../errors.js";
import { isPromiseLike, singleMessage } from "../method-impl.js";
import { answers } from "./answers.js";
import type { BodyCollector } from "./body-collector.js";
import { type Negotiated, uncompressed } from "./compressions.js";
import { deadlineExceeded } from "./deadline.js";
import { handlerContext } from "./handler-context.js";
import { type CallHead, type HandBack, IncomingCall } from "./incoming-call.js";
import { intercept } from "./intercept.js";
import { headersFromNode } from "./node-headers.js";
import type { UnaryRoute } from "./unary-route.js";
import type { Wire } from "./wire.js";

/**
 * One unary call from its header to its answer. It is what Connect's handler does with an
 * AbortController, three `Headers` and a dozen promises, which here are made only for those who ask
 * for them.
 *
 * ```
 * message read ─ received ─ decompress? ─ parse ─ method ─ serialize ─ answer ─ send
 *                                                       └─ interceptors? ─┘
 * ```
 */
export class UnaryCall extends IncomingCall implements AbortState, EventListenerObject {
  readonly httpMethod: string;
  readonly headers: IncomingHttpHeaders;
  aborted = false;
  reason: unknown = undefined;
  /** Whether nobody waits for the answer any more. */
  private gone = false;
  private negotiated: Negotiated | undefined;
  private deadlineMs = 0;
  private timer: NodeJS.Timeout | undefined = undefined;
  private controller: AbortController | undefined = undefined;
  private requestHeaderMade: Headers | undefined = undefined;
  private responseHeaderMade: Headers | undefined = undefined;
  private responseTrailerMade: Headers | undefined = undefined;
  private valuesMade: ContextValues | undefined = undefined;
  /** Whether the method has been called and has not answered. */
  private pending = false;
  /** Ends the wait of an intercepted method. */
  private interrupt: ((reason: unknown) => void) | undefined = undefined;
  private finished = false;
  private watched = false;

  constructor(
    readonly route: UnaryRoute,
    { httpMethod, headers, timeoutMs, negotiated }: CallHead,
    wire: Wire,
    body: BodyCollector,
    handBack: HandBack,
  ) {
    super(wire, body, handBack);
    this.httpMethod = httpMethod;
    this.headers = headers;
    this.negotiated = negotiated;
    if (timeoutMs !== undefined) {
      this.deadlineMs = Date.now() + timeoutMs;
      this.timer = setTimeout(() => this.abort(deadlineExceeded()), timeoutMs);
      this.watchOnce();
    }
  }

  /** Writes the answer. */
  send(
    status: number,
    headers: OutgoingHttpHeaders,
    body?: string | Uint8Array,
    trailers?: OutgoingHttpHeaders,
  ): void {
    if (this.gone || this.wire.isClosed) return;
    try {
      this.wire.send(status, headers, body, trailers);
    } catch (reason) {
      this.crash(reason);
    }
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.aborted) this.controller.abort(this.reason);
      else if (this.finished) this.controller.abort();
      else this.watchOnce();
    }
    return this.controller.signal;
  }

  get requestHeader(): Headers {
    this.requestHeaderMade ??= headersFromNode(this.headers);
    return this.requestHeaderMade;
  }

  get responseHeader(): Headers {
    this.responseHeaderMade ??= this.initialHeader();
    return this.responseHeaderMade;
  }

  get responseTrailer(): Headers {
    this.responseTrailerMade ??= new Headers(
      this.route.format.enveloped ? { "grpc-status": "0" } : undefined,
    );
    return this.responseTrailerMade;
  }

  /** Whether somebody has asked for the answer's headers or trailers, and may have changed them. */
  get hasOwnHeaders(): boolean {
    return this.responseHeaderMade !== undefined || this.responseTrailerMade !== undefined;
  }

  get hasOwnTrailer(): boolean {
    return this.responseTrailerMade !== undefined;
  }

  get values(): ContextValues {
    this.valuesMade ??= createContextValues();
    return this.valuesMade;
  }

  protected get compression(): Compression | null {
    return this.negotiated?.request ?? null;
  }

  protected get readMaxBytes(): number {
    return this.route.settings.readMaxBytes;
  }

  /** How the answer may be compressed. Looked up only for answers that are large enough. */
  get negotiatedCompression(): Negotiated {
    const { format, settings } = this.route;
    this.negotiated ??=
      settings.compressions.negotiate(undefined, header(this.headers, format.acceptEncoding)) ??
      uncompressed;
    return this.negotiated;
  }

  /** Until the deadline, if there is one. */
  remainingMs(): number | undefined {
    return this.deadlineMs === 0 ? undefined : this.deadlineMs - Date.now();
  }

  /** The app closes, and the time for calls to finish is over. */
  handleEvent(): void {
    this.abort(this.route.settings.shutdown.reason);
  }

  /** Ends the call: its signal aborts, and its caller is told if the method is still busy. */
  private abort(reason: unknown): void {
    if (this.aborted || this.finished) return;
    this.aborted = true;
    this.reason = reason;
    this.controller?.abort(reason);
    // AbortController makes up a reason where there is none.
    if (reason === undefined) this.reason = this.signal.reason;
    if (this.pending) {
      this.pending = false;
      this.fail(this.reason);
    }
    this.interrupt?.(this.reason);
  }

  /** The caller has gone away. */
  private left(reason?: unknown): void {
    this.gone = true;
    if (this.finished) return;
    this.abort(reason);
    if (!this.pending && this.interrupt === undefined) this.finish();
  }

  /** It was no call to be answered here after all. */
  protected discard(): void {
    this.finished = true;
    clearTimeout(this.timer);
  }

  protected override waiting(): void {
    this.enter();
  }

  protected received(bytes: Buffer): void {
    const { parse, interceptors, binding, settings } = this.route;
    if (settings.shutdown.aborted) this.abort(settings.shutdown.reason);
    let message: Message;
    try {
      message = parse(bytes);
    } catch (reason) {
      this.refuse(ConnectError.from(reason));
      return;
    }
    try {
      if (interceptors.length > 0) {
        this.enter();
        intercept(this, message).then(
          (answer) => this.succeed(answer),
          (reason: unknown) => this.fail(reason),
        );
        return;
      }
      const result = this.callMethod(message);
      if (isPromiseLike(result)) this.await(result);
      else this.succeed(singleMessage(binding, result));
    } catch (reason) {
      this.fail(reason);
    }
  }

  /** Calls the method, unless the call is over before it began. */
  private callMethod(message: Message): unknown {
    if (this.aborted) throw this.reason;
    const { binding } = this.route;
    return binding.call(binding.request.fromMessage(message), handlerContext(this));
  }

  /** Lets the method answer, or the call be over first. */
  private await(result: PromiseLike<unknown>): void {
    this.pending = true;
    this.enter();
    result.then(
      (value) => {
        if (!this.pending) return;
        this.pending = false;
        try {
          this.succeed(singleMessage(this.route.binding, value));
        } catch (reason) {
          this.fail(reason);
        }
      },
      (reason: unknown) => {
        if (!this.pending) {
          // Its caller has an answer already, but the failure is told.
          this.wireError(reason);
          return;
        }
        this.pending = false;
        this.fail(reason);
      },
    );
  }

  /** The same for interceptors, which see what the method answers, or that the call is over. */
  async answerOf(message: Message): Promise<Message> {
    try {
      const result = this.callMethod(message);
      const value = isPromiseLike(result) ? await this.untilOver(result) : result;
      return singleMessage(this.route.binding, value);
    } catch (reason) {
      throw this.wireError(reason);
    }
  }

  private untilOver(result: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.interrupt = reject;
      result.then(
        (value) => {
          this.interrupt = undefined;
          resolve(value);
        },
        (reason: unknown) => {
          this.interrupt = undefined;
          if (this.aborted) this.wireError(reason);
          reject(reason);
        },
      );
    });
  }

  private succeed(message: Message): void {
    let body: string | Uint8Array;
    try {
      body = this.route.serialize(message);
    } catch (reason) {
      this.fail(reason);
      return;
    }
    this.finish();
    if (this.gone) return;
    try {
      answers[this.route.format.protocolName].succeed(this, body);
    } catch (reason) {
      this.crash(reason);
    }
  }

  private fail(reason: unknown): void {
    this.refuse(this.wireError(reason));
  }

  protected refuse(error: ConnectError): void {
    this.finish(error);
    if (this.gone) return;
    try {
      answers[this.route.format.protocolName].fail(this, error);
    } catch (failure) {
      this.crash(failure);
    }
  }

  /** The answer itself could not be made or written. */
  crash(reason: unknown): void {
    if (this.gone) return;
    this.route.settings.onError(reason, this.route.origin);
    this.wire.fail();
  }

  private initialHeader(): Headers {
    const { enveloped, contentType } = this.route.format;
    const header = new Headers({ "content-type": contentType });
    const compression = enveloped ? this.negotiatedCompression.response : null;
    if (compression !== null) header.set("grpc-encoding", compression.name);
    return header;
  }

  private wireError(reason: unknown): ConnectError {
    const { origin, settings } = this.route;
    return wireError(reason, this, origin, settings.onError);
  }

  /** What is left of the call is its answer. Its signal aborts, as Connect's does. */
  private finish(reason?: unknown): void {
    if (this.finished) return;
    this.finished = true;
    clearTimeout(this.timer);
    this.route.settings.shutdown.removeEventListener("abort", this);
    if (!this.aborted) this.controller?.abort(reason);
  }

  /** It will take more than this turn: an app that closes has to wait for it. */
  private enter(): void {
    this.watchOnce();
    this.route.settings.shutdown.addEventListener("abort", this);
  }

  private watchOnce(): void {
    if (this.watched) return;
    this.watched = true;
    this.wire.onClose((reason) => this.left(reason));
  }
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  return headers[name] as string | undefined;
}
