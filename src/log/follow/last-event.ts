import type { LogIndex } from "../index/log-index.js";
import type { ServerEnd } from "../index/tail.js";
import type { EventId } from "../model/event.js";

/** Before the first event there is. */
export const noEvent: EventId = { server: 0, session: 0, instance: 0 };

/** The event of a log that came last, of whatever server; it may have been removed since. */
export function lastEvent(index: LogIndex): EventId {
  let last: { readonly server: number; readonly end: ServerEnd } | undefined;
  for (const [server, end] of index.ends()) {
    if (last === undefined || end.position > last.end.position) last = { server, end };
  }
  if (last === undefined) return noEvent;
  const { server, end } = last;
  return { server, session: end.session, instance: end.instance };
}
