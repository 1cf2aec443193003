import { deepEqual } from "node:assert/strict";
import type { Followed, SubscribeOptions } from "../../log/follow/subscribe-request.js";
import type { Event } from "../../log/model/event.js";
import { plain, type Rig, told } from "./rig.js";

/** Goes through a subscription step by step. */
export class Reader {
  /** Sessions that the subscription says it has skipped. */
  skipped = 0;
  /** Everything it was given, by items. */
  readonly sessions: (readonly Event[])[] = [];
  readonly #items: AsyncIterator<Followed, void>;

  constructor(rig: Rig, options?: SubscribeOptions) {
    this.#items = rig.log.subscribe(options)[Symbol.asyncIterator]();
  }

  get events(): readonly Event[] {
    return this.sessions.flat();
  }

  /** What the events of the next session were told, or that it has caught up. */
  async next(): Promise<readonly unknown[] | "caught up"> {
    const { value, done } = await this.#items.next();
    if (done) throw new Error("The subscription has ended without an error");
    if ("caughtUp" in value) return "caught up";
    this.skipped += value.skipped ?? 0;
    this.sessions.push(value.events.map(plain));
    return value.events.map(told);
  }

  /** Checks what the next items are. */
  async expect(items: readonly (readonly unknown[] | "caught up")[]): Promise<void> {
    const found: unknown[] = [];
    while (found.length < items.length) found.push(await this.next());
    deepEqual(found, items);
  }

  /** Reads until it has caught up. */
  async catchUp(): Promise<this> {
    while ((await this.next()) !== "caught up");
    return this;
  }

  /** Reads until it has been given so many sessions. */
  async until(sessions: number): Promise<this> {
    while (this.sessions.length < sessions) await this.next();
    return this;
  }

  async leave(): Promise<void> {
    await this.#items.return?.();
  }
}
