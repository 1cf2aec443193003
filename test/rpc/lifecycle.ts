import { randomBytes } from "node:crypto";
import type { HandlerContext } from "@connectrpc/connect";
import { action, service, stream } from "../../src/index.js";
import { aborted, gate, Journal } from "../support/signals.js";
import { Thing, thing } from "./probe.js";

/** So much that a few of them fill every buffer between here and a client that does not read. */
export const flood = thing({ blob: randomBytes(256 * 1024) });

/** Methods that go on until they are stopped, and write down what becomes of them. */
@service({ name: "ProbeService", package: "probe.v1" })
export class Lifecycle {
  readonly journal = new Journal();

  @action({ request: Thing, response: Thing })
  echo(request: Thing) {
    return request;
  }

  /** Waits, deaf to its signal. */
  @action({ request: Thing, response: Thing })
  hold(_: Thing, { signal }: HandlerContext): Promise<Thing> {
    this.#begin("hold", signal);
    return gate<Thing>().opened;
  }

  /** The same with a message before. */
  @action({ request: Thing, response: Thing, stream: "response" })
  wait(_: Thing, { signal }: HandlerContext): AsyncIterable<Thing> {
    this.#begin("wait", signal);
    let first = true;
    const next = async () => {
      if (!first) {
        this.journal.note("wait waiting");
        await gate().opened;
      }
      first = false;
      return { done: false as const, value: thing({}) };
    };
    const end = async () => {
      this.journal.note("wait released");
      return { done: true as const, value: undefined };
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
  }

  /** Yields as fast as it is taken. */
  @action({ request: Thing, response: Thing })
  async *flood(_: Thing, { signal }: HandlerContext) {
    this.#begin("flood", signal);
    try {
      for (;;) {
        yield flood;
        this.journal.note("flood taken");
      }
    } finally {
      this.journal.note("flood released");
    }
  }

  @action({ request: Thing, response: Thing, stream: "request" })
  async collect(things: AsyncIterable<Thing>, { signal }: HandlerContext) {
    this.#begin("collect", signal);
    let count = 0;
    try {
      for await (const _ of things) {
        count++;
        this.journal.note("collect taken");
      }
    } finally {
      this.journal.note("collect released");
    }
    return thing({ count });
  }

  @action({ request: Thing, response: Thing, stream: "both" })
  async *chat(things: AsyncIterable<Thing>, { signal }: HandlerContext) {
    this.#begin("chat", signal);
    try {
      for await (const one of things) yield one;
    } finally {
      this.journal.note("chat released");
    }
  }

  @stream({ request: Thing, payload: Thing, replay: false, queueSize: 4 })
  async beat(value: Thing) {
    return value;
  }

  #begin(name: string, signal: AbortSignal): void {
    this.journal.note(`${name} started`);
    void aborted(signal).then(() => this.journal.note(`${name} aborted`));
  }
}
