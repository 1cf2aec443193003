/**
 * An event store as one runs it. The argument says how many events it has beforehand. Of what it
 * publishes itself, the payloads are the ticks of the fan-out bench.
 */
import { App } from "sluice";
import { events, lmdb } from "sluice/events";
import { emptyDirectory } from "../../lib/data.js";
import { serveFeed } from "../../lib/fan-out/publisher.js";
import { tickPayloads } from "../live/tick-payloads.js";
import { copiedLog } from "../stored.js";

const beforehand = Number(process.argv[2] ?? 0);

await serveFeed(async () => {
  const directory = beforehand > 0 ? await copiedLog(beforehand) : emptyDirectory("events");
  const store = events({ storage: lmdb(directory), announce: false });
  const app = new App({ name: "bench", package: "bench.v1" }).use(store);
  await app.finalize();
  const server = await app.listen({ port: 0 });
  return {
    url: server.url,
    publish: (number) =>
      store.log.append([
        {
          type: ["bench", "tick"],
          payload: {
            binary: { type: "tick", data: tickPayloads[number % tickPayloads.length] as Buffer },
          },
        },
      ]),
    // Whoever subscribes has said so by the time that it is greeted; of its leaving only this tells.
    subscribers: () => server.connections,
  };
});
