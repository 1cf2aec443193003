/** As one writes it for Sluice; one port serves HTTP/1.1 and HTTP/2. */
import { App, field, message, service, stream } from "sluice";
import { serveFeed } from "../publisher.js";

@message()
class Tick {
  @field(1, "string") text!: string;
  @field(2, "int32") sequence!: number;
}

@service()
class Feed {
  /** The queue has room for all that the load leaves unconfirmed, so `latest` loses nothing either. */
  @stream({
    payload: Tick,
    replay: false,
    policy: process.argv[2] === "latest" ? "latest" : "fifo",
    queueSize: 512,
  })
  async ticks(tick: Tick): Promise<Tick> {
    return tick;
  }
}

await serveFeed(async () => {
  const feed = new Feed();
  const app = new App({ name: "bench", package: "bench.v1", services: [feed] });
  await app.finalize();
  const stats = () => app.streamStats()["Feed.ticks"];
  return {
    url: (await app.listen({ port: 0 })).url,
    publish: (tick) => feed.ticks(tick),
    subscribers: () => stats()?.subscribers ?? 0,
    queuedBytes: () => stats()?.queuedBytes ?? 0,
  };
});
