/** As one writes it for tRPC: a subscription, which is an async generator sent as SSE. */
import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { listen } from "../../lib/server.js";
import { Hub } from "../hub.js";
import { serveFeed } from "../publisher.js";
import type { Tick } from "../tick.js";

const hub = new Hub<Tick>();
const { router, procedure } = initTRPC.create();

await serveFeed(async () => ({
  url: await listen(
    createHTTPServer({
      router: router({
        ticks: procedure.subscription(({ signal }) =>
          hub.subscribe(signal ?? AbortSignal.abort("a subscription without a signal")),
        ),
      }),
    }),
  ),
  publish: (tick) => hub.publish(tick),
  subscribers: () => hub.size,
}));
