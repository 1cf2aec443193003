/** One subscriber that reads everything there is, and then subscribes again. */

import { drive } from "../../lib/drive.js";
import { patienceSeconds } from "../../lib/fan-out/audience.js";
import { connectHttp2 } from "../../lib/fan-out/http2.js";
import { Tally } from "../../lib/fan-out/tally.js";
import type { Load, LoadResult, LoadSpec } from "../../lib/load.js";
import { checkCount, checkPayload } from "../events.js";
import type { ReadOptions } from "../read/timeseries.js";
import { startPoint } from "../rpc/messages.js";
import { EventScript } from "./event-script.js";
import { subscribing } from "./subscribe.js";

export function catchUpOverHttp2(options: ReadOptions): LoadSpec {
  return { module: import.meta.url, options, checks: ["each event: id, order, payload"] };
}

export function createLoad(url: string, { events }: ReadOptions): Load {
  const target = new URL(url);
  return {
    async open() {},
    async run(seconds): Promise<LoadResult> {
      const driven = await drive(1, seconds, () => catchUp(target, events));
      return { ...driven, operations: driven.operations * events };
    },
    close() {},
  };
}

const protocol = subscribing(startPoint.beginning, 1);

async function catchUp(target: URL, events: number): Promise<void> {
  const script = new EventScript({ isLive: false, checkPayload });
  const tally = new Tally({ script, readers: 1 });
  const transport = connectHttp2(target, protocol, tally);
  try {
    await transport.connect();
    transport.subscribe();
    await tally.reached(events - 1, patienceSeconds);
    tally.check();
    checkCount("events", script.events, events);
  } finally {
    transport.close();
  }
}
