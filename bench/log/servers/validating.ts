/** A service with the same messages, which checks an append in the same way and stores nothing. */
import { App, action, service } from "sluice";
import { memory } from "sluice/events";
import { serve } from "../../lib/server.js";
import {
  AppendRequest,
  AppendResponse,
  appendMessage,
  newEventsOf,
  prepareEvents,
  RequestCheck,
  resolveLogOptions,
  TypeTree,
} from "../internals.js";

const { limits, now } = resolveLogOptions({ storage: memory() });
const types = new TypeTree();
let session = 0;

@service({ name: "EventService" })
class Validating {
  @action({ request: AppendRequest, response: AppendResponse })
  async append(request: InstanceType<typeof AppendRequest>) {
    const check = new RequestCheck();
    const events = newEventsOf(request.events, check);
    check.finish();
    const prepared = prepareEvents(events, { limits, types });
    for (const { type, typeNumber } of prepared) if (typeNumber === undefined) types.add(type);
    const { seconds, micros } = now();
    session++;
    return appendMessage({
      events: prepared.map(({ type, streamKey }, i) => ({
        id: { server: 1, session, instance: i + 1 },
        type,
        timestamp: { seconds: BigInt(seconds), micros },
        sourceTimestamp: undefined,
        stream: streamKey === undefined ? undefined : { key: streamKey, version: session },
        payload: undefined,
      })),
      replayed: false,
    });
  }
}

await serve(async () => {
  const app = new App({
    name: "bench",
    package: "sluice.events.v1",
    services: [new Validating()],
  });
  await app.finalize();
  return (await app.listen({ port: 0 })).url;
});
