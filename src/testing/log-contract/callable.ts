import type { EventClient } from "../../client/events/event-client.js";
import type { SubscriptionItem } from "../../client/events/subscribe-options.js";
import type { EventLog } from "../../log/event-log.js";
import type { Followed } from "../../log/follow/subscribe-request.js";
import type { CallableLog } from "./contract.js";

/** A log in the same process. */
export function localLog(log: EventLog): CallableLog {
  return {
    async append(events, options) {
      const { events: stored, replayed } = await log.append(events, options);
      return {
        events: stored.map(({ id, stream }) => ({ id, version: stream?.version })),
        timestamp: stored[0]?.timestamp,
        replayed,
      };
    },
    queryTimeseries: (query = {}) => byCursor(query, (each) => log.queryTimeseries(each)),
    queryLatest: (query = {}) => byCursor(query, (each) => log.queryLatest(each)),
    queryServer: (query) => byCursor(query, (each) => log.queryServer(each)),
    async *readStream(query) {
      for (let after = query.after, isFirst = true; isFirst || after !== undefined; ) {
        const page = await log.readStream({ ...query, after });
        yield page;
        isFirst = false;
        after = page.next;
      }
    },
    subscribe: (options) => log.subscribe(options),
  };
}

/** A log at the other end of a client's transport. */
export function remoteLog(client: EventClient): CallableLog {
  return {
    append: (events, options) => client.append(events, options),
    queryTimeseries: (query) => client.queryTimeseries(query).pages(),
    queryLatest: (query) => client.queryLatest(query).pages(),
    queryServer: (query) => client.queryServer(query).pages(),
    readStream: (query) => client.readStream(query).pages(),
    subscribe: (options) => followed(client.subscribe(options)),
  };
}

async function* byCursor<
  Query extends { readonly cursor?: string },
  Page extends { readonly cursor: string | undefined },
>(query: Query, ask: (query: Query) => Promise<Page>): AsyncGenerator<Page, void> {
  let page = await ask(query);
  yield page;
  while (page.cursor !== undefined) {
    page = await ask({ ...query, cursor: page.cursor });
    yield page;
  }
}

/** What a subscription gives until its connection is lost. */
async function* followed(items: AsyncIterable<SubscriptionItem>): AsyncGenerator<Followed, void> {
  for await (const item of items) {
    switch (item.kind) {
      case "events": {
        const { events, skipped } = item;
        yield { events, ...(skipped !== undefined && { skipped }) };
        break;
      }
      case "caughtUp":
        yield { caughtUp: true };
        break;
      case "reconnecting":
        throw item.error;
      default:
        throw new Error(`A connection that was not lost is said to be ${item.kind}`);
    }
  }
}
