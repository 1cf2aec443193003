import type { LogIndex } from "./index/log-index.js";
import type { CommittedSession } from "./index/tail.js";
import type { Kept } from "./retention/kept.js";
import type { Released } from "./retention/released.js";

/** All that a log derives from its sessions. */
export class Derived {
  constructor(
    readonly index: LogIndex,
    readonly kept: Kept,
    readonly released: Released,
  ) {}

  /** Takes in what has become durable, in the order in which it did. */
  add(session: CommittedSession): void {
    this.index.add(session);
    this.kept.add(session);
    this.released.add(session);
  }
}
