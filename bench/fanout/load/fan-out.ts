/** Subscribers to ticks: what they must receive is a cycle that is known beforehand. */
import type { AudienceOptions } from "../../lib/fan-out/audience.js";
import { Cycle, type Wire } from "../../lib/fan-out/cycle.js";
import { FanOut, type FanOutOptions } from "../../lib/fan-out/fan-out.js";
import type { StuckOptions } from "../../lib/fan-out/stuck.js";
import type { Load, LoadSpec } from "../../lib/load.js";

/** The same as it can be told to another process. */
export type Told<O extends AudienceOptions> = Omit<O, "script"> & { readonly wire: Wire };

export interface TickOptions extends Told<Omit<FanOutOptions, "stuck">> {
  readonly stuck?: Told<StuckOptions>;
}

export function fanOut(options: TickOptions): LoadSpec {
  return { module: import.meta.url, options };
}

export function createLoad(url: string, { stuck, ...options }: TickOptions): Load {
  return new FanOut(new URL(url), {
    ...scripted(options, options.perTurn),
    stuck: stuck && scripted(stuck),
  });
}

export function scripted<O extends AudienceOptions>({ wire, ...options }: Told<O>, perTurn = 1): O {
  return { ...options, script: () => new Cycle(wire, perTurn) } as unknown as O;
}
