import type { Channel, Feed } from "../fanout/feed.js";
import type { Engine } from "./engine/engine.js";

/** A feed of which the log tells that somebody follows it. */
export class AnnouncedFeed<T, P> implements Feed<T, P> {
  #announced: Promise<void> | undefined;

  constructor(
    private readonly feed: Feed<T, P>,
    private readonly engine: Engine,
    private readonly clientName: string,
  ) {}

  get isLevel(): boolean {
    return this.feed.isLevel;
  }

  get channel(): Channel<T, P> {
    return this.feed.channel;
  }

  get heartbeatMs(): number {
    return this.feed.heartbeatMs;
  }

  get keepsAll(): boolean {
    return this.feed.keepsAll;
  }

  async *behind(): AsyncGenerator<readonly T[], void> {
    this.#announced ??= this.engine.announceClient(this.clientName, "CONNECTED");
    await this.#announced;
    yield* this.feed.behind();
  }

  moveTo(place: P): void {
    this.feed.moveTo(place);
  }

  heartbeat(): T {
    return this.feed.heartbeat();
  }

  close(): void {
    this.feed.close();
    const leave = () => this.engine.announceClient(this.clientName, "DISCONNECTED");
    // It may be the server that goes; and who never was announced does not leave.
    this.#announced?.then(leave).catch(() => {});
  }
}
