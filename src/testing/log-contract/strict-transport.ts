import type { Transport } from "@connectrpc/connect";
import {
  type EventId,
  EventService,
  type SubscribeResponse,
} from "../../gen/sluice/events/v1/events_pb.js";

/**
 * A transport that fails when a subscription is sent an event again, or in parts what was stored
 * together: clients would pass over the one, and take the other.
 */
export function strictTransport(transport: Transport): Transport {
  return {
    unary: (...call) => transport.unary(...call),
    async stream(...call) {
      const response = await transport.stream(...call);
      if ((call[0] as object) !== EventService.method.subscribe) return response;
      const message = strict(response.message as AsyncIterable<never>);
      return { ...response, message: message as never };
    },
  };
}

async function* strict(
  responses: AsyncIterable<SubscribeResponse>,
): AsyncGenerator<SubscribeResponse, void> {
  const last = new Map<number, EventId>();
  for await (const response of responses) {
    const events = response.item.case === "batch" ? response.item.value.events : [];
    for (const [i, { id }] of events.entries()) {
      const before = last.get(id!.server);
      if (before !== undefined && !isBehind(id!, before, i > 0)) {
        throw new Error(`Event ${id!.session}:${id!.instance} has been sent already, or split off`);
      }
      last.set(id!.server, id!);
    }
    yield response;
  }
}

/** Of one server, ids only rise: within a batch in its session, from one to the next beyond it. */
function isBehind(id: EventId, before: EventId, isSameBatch: boolean): boolean {
  if (id.session === before.session) return isSameBatch && id.instance > before.instance;
  return !isSameBatch && id.session > before.session;
}
