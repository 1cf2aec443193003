import { SluiceError } from "../../src/errors.js";
import type { Sink, Subscription } from "../../src/fanout/sink.js";

/** A sink that writes everything down, and notices when it is not treated as promised. */
export class Recorder<T> implements Sink<T> {
  readonly items: T[] = [];
  /** How the topic ended it: not yet, `"normally"`, or the error. */
  ended: unknown;
  /** What the topic did that it must not do. */
  readonly faults: string[] = [];
  subscription: Subscription | undefined;
  private blocked = false;
  private writtenWhileBlocked = 0;

  /** @param room how many writes it takes until it is back-pressured. */
  constructor(
    public room = Number.POSITIVE_INFINITY,
    private readonly onWrite: (item: T) => void = () => {},
  ) {}

  write(item: T): boolean {
    if (this.ended !== undefined) this.faults.push("written after its end");
    if (this.subscription?.closed && !this.blocked) this.faults.push("written after it had left");
    if (this.blocked) this.writtenWhileBlocked++;
    this.items.push(item);
    this.room--;
    this.onWrite(item);
    this.blocked ||= this.room <= 0;
    return !this.blocked;
  }

  end(error?: unknown): void {
    if (this.ended !== undefined) this.faults.push("ended twice");
    // Only a normal end may be preceded by writes in spite of the back-pressure.
    if (error === undefined) this.writtenWhileBlocked = 0;
    this.ended = error ?? "normally";
  }

  pause(): void {
    this.blocked = true;
    this.subscription?.pause();
  }

  /** The transport has drained, and has room for so many writes again. */
  resume(room = Number.POSITIVE_INFINITY): void {
    this.room = room;
    this.blocked = false;
    this.subscription?.resume();
  }

  allFaults(): string[] {
    if (this.writtenWhileBlocked === 0) return this.faults;
    return [...this.faults, `written ${this.writtenWhileBlocked} times while back-pressured`];
  }
}

/** What has become of a promise: `"pending"`, `"resolved"`, an error code, or the reason. */
export class Outcome {
  state: unknown = "pending";

  constructor(promise: Promise<unknown>) {
    promise.then(
      () => {
        this.state = "resolved";
      },
      (reason) => {
        this.state = codeOf(reason);
      },
    );
  }
}

/** The code of a SluiceError, anything else as it is. */
export function codeOf(error: unknown): unknown {
  return error instanceof SluiceError ? error.code : error;
}

/** The code of what `call` throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return codeOf(error);
  }
  return "nothing thrown";
}

/** Lets the event loop turn: everything which is ready to run has run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
