import { action, service, stream } from "../../src/index.js";
import { Thing, thing } from "../rpc/probe.js";

/** Under the names of the wire tests' service, for the sake of their clients. */
@service({ name: "ProbeService", package: "probe.v1" })
export class Soak {
  readonly #next = new Map<string, number>();

  @action({ request: Thing, response: Thing })
  echo(request: Thing) {
    return request;
  }

  /** Whoever keeps up misses nothing; the others miss some. */
  @stream({ request: Thing, payload: Thing, queueSize: 16, replay: 3 })
  async ticks() {
    return this.#value("ticks");
  }

  /** Nobody misses anything; who does not read is thrown out. */
  @stream({
    request: Thing,
    payload: Thing,
    policy: "fifo",
    queueSize: 16,
    replay: 3,
    slow: { evictAfterMs: 1_000 },
  })
  async log() {
    return this.#value("log");
  }

  @stream({ request: Thing, payload: Thing, key: ({ text }: Thing) => text, queueSize: 16 })
  async keyed(key: Thing) {
    return this.#value(`keyed ${key.text}`);
  }

  #value(topic: string): Thing {
    const n = this.#next.get(topic) ?? 0;
    this.#next.set(topic, n + 1);
    return thing({ text: contentOf(n) });
  }
}

export const keys = Array.from({ length: 20 }, (_, n) => `key ${n}`);

/** What is published as number `n` of any topic; some of it is long, and stops who does not read. */
export function contentOf(n: number): string {
  return `${n} ${"word ".repeat(n % 25 === 0 ? 6_000 : n % 7)}`;
}

export function numberOf(content: string): number {
  return Number.parseInt(content, 10);
}
