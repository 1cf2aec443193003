import { SluiceError } from "../../errors.js";
import type { LogIndex } from "../index/log-index.js";
import type { Conditions } from "../model/conditions.js";
import type { TypeTree } from "../model/type-tree.js";
import type { AppendLimits } from "./append-request.js";
import type { Numbering } from "./numbering.js";
import type { ServerEnds } from "./server-ends.js";
import type { StreamVersions } from "./stream-versions.js";

/** What is known of a log where it is written, what is still on its way to disk included. */
export class LogContext {
  constructor(
    readonly limits: AppendLimits,
    readonly types: TypeTree,
    readonly conditions: Conditions,
    readonly numbering: Numbering,
    readonly ends: ServerEnds,
    readonly versions: StreamVersions,
    readonly index: LogIndex,
  ) {}

  /**
   * The number of a type, a new one if the log does not have it.
   *
   * @throws SluiceError `event_types_exceeded`
   */
  typeNumber(type: readonly string[]): number {
    const { types, limits } = this;
    const known = types.idOf(type);
    if (known !== undefined) return known;
    if (types.size >= limits.maxTypes) {
      throw new SluiceError(
        "event_types_exceeded",
        `The log has ${types.size} event types, as many as it may have (maxTypes). Put what varies ` +
          "without end, such as ids, into the payload or the stream key.",
      );
    }
    return types.add(type);
  }
}
