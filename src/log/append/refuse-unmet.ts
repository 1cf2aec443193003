import { SluiceError } from "../../errors.js";
import type { Conditions } from "../model/conditions.js";
import type { NewEvent } from "../model/event.js";

/** @throws SluiceError `event_refused` when events do not meet the log's conditions. */
export function refuseUnmet(events: readonly NewEvent[], conditions: Conditions): void {
  const violations = events.flatMap(({ type, payload }, i) => {
    const rule = conditions.violated(type, payload);
    if (rule === undefined) return [];
    return [{ field: `events[${i}]`, description: `does not meet conditions[${rule}]` }];
  });
  if (violations.length === 0) return;
  const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
  throw new SluiceError("event_refused", text, { violations });
}
