/** What an idle subscriber costs its server: resident memory after subscribing, less that before. */

import { Audience, type AudienceOptions } from "../../lib/fan-out/audience.js";
import { Control } from "../../lib/fan-out/control.js";
import type { Load, LoadResult, LoadSpec } from "../../lib/load.js";
import { scripted, type Told } from "./fan-out.js";

export function memory(options: Told<AudienceOptions>): LoadSpec {
  return { module: import.meta.url, options };
}

export function createLoad(url: string, options: Told<AudienceOptions>): Load {
  return new Subscribers(new URL(url), scripted(options));
}

/** As many as load and compile what subscribing takes, and few enough to leave no room behind. */
const rehearsing = 20;

class Subscribers implements Load {
  private control!: Control;
  private audience!: Audience;

  constructor(
    private readonly target: URL,
    private readonly options: AudienceOptions,
  ) {}

  async open(): Promise<void> {
    const { target, options } = this;
    this.control = await Control.connect(target);
    const rehearsal = new Audience(target, { ...options, subscribers: rehearsing });
    await rehearsal.connect();
    await rehearsal.subscribe(this.control);
    await rehearsal.first(this.control);
    await rehearsal.leave(this.control);
    this.audience = new Audience(target, options);
    await this.audience.connect();
  }

  async run(): Promise<LoadResult> {
    const { audience, control } = this;
    const begin = performance.now();
    const before = await control.call("memory");
    await audience.subscribe(control);
    await audience.first(control);
    const after = await control.call("memory");
    audience.tally.exactly(0);
    return {
      operations: audience.tally.readers,
      seconds: (performance.now() - begin) / 1000,
      measured: { residentBytes: (after.rssBytes - before.rssBytes) / audience.tally.readers },
    };
  }

  async close(): Promise<void> {
    await this.audience.leave(this.control);
    this.control.close();
  }
}
