import { type Reached, StartPoint } from "../../gen/sluice/events/v1/events_pb.js";
import type { Event, EventId } from "../../log/model/event.js";
import { wholeBigInt } from "./arguments.js";
import type { SubscribeOptions } from "./subscribe-options.js";
import { eventIdMessage } from "./to-messages.js";

type Begin = ReturnType<typeof beginOf> | Exclude<Reached["begin"], { case: undefined }>;

/** Servers whose last events are remembered; more than any log has seen. */
const maxServers = 4_096;

/** Where a subscription goes on, and what it has had. */
export class ResumePoint {
  #begin: Begin;
  /** The last event of each server: within a server, ids only rise. */
  readonly #last = new Map<number, EventId>();

  /** @throws ConnectError `argument_invalid`, as `sluiceError()` reads it. */
  constructor(from: NonNullable<SubscribeOptions["from"]>) {
    this.#begin = beginOf(from);
    if (typeof from === "object" && "session" in from) this.#last.set(from.server, from);
  }

  /** What the request for it has. */
  get begin(): Begin {
    return this.#begin;
  }

  /** Whether there is something that the server has to know. */
  get isBehindEvent(): boolean {
    return this.#begin.case === "after" || this.#begin.case === "afterVersion";
  }

  /** Goes on where the server says, behind everything that it has given. */
  reach(reached: Reached | undefined): void {
    if (reached?.begin.case !== undefined) this.#begin = reached.begin;
  }

  /** Goes on behind some events. Those of them which were there before are left out. */
  take(events: readonly Event[], isOfStream: boolean): readonly Event[] {
    const fresh = events.filter(({ id }) => !this.#isKnown(id));
    for (const { id } of fresh) this.#remember(id);
    const last = fresh.at(-1);
    if (last !== undefined) {
      const { id, stream } = last;
      // A version is good also when the event is removed.
      this.#begin = beginOf(isOfStream && stream !== undefined ? stream : id);
    }
    return fresh;
  }

  #isKnown({ server, session, instance }: EventId): boolean {
    const last = this.#last.get(server);
    if (last === undefined) return false;
    return session < last.session || (session === last.session && instance <= last.instance);
  }

  #remember(id: EventId): void {
    this.#last.delete(id.server);
    this.#last.set(id.server, id);
    if (this.#last.size <= maxServers) return;
    const [oldest] = this.#last.keys();
    this.#last.delete(oldest!);
  }
}

function beginOf(from: NonNullable<SubscribeOptions["from"]>) {
  if (from === "start") return { case: "start" as const, value: StartPoint.BEGINNING };
  if (from === "now") return { case: "start" as const, value: StartPoint.NOW };
  return "version" in from
    ? { case: "afterVersion" as const, value: wholeBigInt("from.version", from.version) }
    : { case: "after" as const, value: eventIdMessage("from", from) };
}
