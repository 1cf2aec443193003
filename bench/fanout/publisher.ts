/** Publishes ticks: in turn, for ever. */
import { type Feed, serveFeed as serve } from "../lib/fan-out/publisher.js";
import { type Tick, ticks } from "./tick.js";

/** What every server of this bench is made to offer. */
export interface TickFeed extends Omit<Feed, "publish"> {
  /** Gives the tick to all subscribers. If it returns a promise that rejects, the bench fails. */
  publish(tick: Tick): unknown;
}

/** Runs a feed in this process. */
export function serveFeed(start: () => Promise<TickFeed>): Promise<void> {
  return serve(async () => {
    const feed = await start();
    return { ...feed, publish: (number) => feed.publish(ticks[number % ticks.length] as Tick) };
  });
}
