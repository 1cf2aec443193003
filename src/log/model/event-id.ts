import { SluiceError } from "../../errors.js";
import type { EventId } from "./event.js";

/** Orders ids by server, then session, then instance: negative, 0 or positive. */
export function compareEventIds(a: EventId, b: EventId): number {
  return a.server - b.server || a.session - b.session || a.instance - b.instance;
}

/** Whether both name the same event. */
export function sameEventId(a: EventId, b: EventId): boolean {
  return a.instance === b.instance && a.session === b.session && a.server === b.server;
}

/** The id as text: `"1:42:3"` is server 1, session 42, instance 3. */
export function formatEventId({ server, session, instance }: EventId): string {
  return `${server}:${session}:${instance}`;
}

/**
 * The id that `formatEventId()` made this text of; each id has one text only, without leading
 * zeros.
 *
 * @throws SluiceError `event_id_invalid`
 */
export function parseEventId(text: string): EventId {
  const match = /^(0|[1-9]\d*):(0|[1-9]\d*):(0|[1-9]\d*)$/.exec(text);
  const [server, session, instance] = (match ?? []).slice(1).map(Number);
  // What is not safe has been rounded on the way.
  if (![server, session, instance].every(Number.isSafeInteger)) {
    throw new SluiceError(
      "event_id_invalid",
      'An event id is "server:session:instance", whole numbers of at most 2^53 - 1 as in "1:42:3", ' +
        `got ${JSON.stringify(String(text).slice(0, 80))}`,
    );
  }
  return { server: server!, session: session!, instance: instance! };
}
