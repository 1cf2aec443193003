/** What is appended in the server, given to all subscribers. */
import type { Shape } from "../../fanout/bench.js";
import { FanOut } from "../../lib/fan-out/fan-out.js";
import type { Load, LoadSpec } from "../../lib/load.js";
import { startPoint } from "../rpc/messages.js";
import { EventScript } from "./event-script.js";
import { subscribing } from "./subscribe.js";
import { tickPayloads } from "./tick-payloads.js";

export interface LiveOptions extends Shape {
  readonly connections: number;
}

export function live(options: LiveOptions): LoadSpec {
  const checks = ["one subscriber: id, order, payload", "all others: the same bytes"];
  return { module: import.meta.url, options, checks };
}

export function createLoad(url: string, options: LiveOptions): Load {
  const { connections, perTurn } = options;
  return new FanOut(new URL(url), {
    ...options,
    protocol: subscribing(startPoint.now, connections),
    isGreeted: true,
    counted: connections,
    script: () => new EventScript({ isLive: true, perTurn, checkPayload }),
  });
}

function checkPayload(number: number, payload: Buffer): void {
  const right = tickPayloads[number % tickPayloads.length] as Buffer;
  if (!payload.equals(right)) throw new Error(`event ${number} has another's payload`);
}
