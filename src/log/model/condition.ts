import type { JsonValue } from "./event.js";
import type { JsonPath } from "./json-path.js";
import type { JsonType } from "./json-value.js";
import type { QueryType } from "./query-type.js";

/** What the payload of an event must be. */
export type Condition =
  | {
      /** All of them hold, or any: of no conditions all hold, and not any. */
      readonly type: "all" | "any";
      readonly conditions: readonly Condition[];
    }
  | {
      /** The payload is JSON, and what is at `path` in it has the type and the value. */
      readonly type: "json";
      /** Default: the whole payload. Where it leads nowhere there is a null. */
      readonly path?: JsonPath;
      /** Default: any type. */
      readonly dataType?: JsonType;
      /** Equal in depth, see `equalsJson()`; default: any value. Null is a value. */
      readonly value?: JsonValue;
    };

/** A condition on all events of some types. */
export interface ConditionRule {
  readonly types: readonly QueryType[];
  readonly condition: Condition;
}

/** Bounds of conditions. */
export interface ConditionLimits {
  /** How deep conditions, paths and values may each be nested; default 32. */
  readonly maxDepth?: number;
}
