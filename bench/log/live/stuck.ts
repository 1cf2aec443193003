/** How long appends take while others subscribe, of whom one may not read. */
import { Audience, type AudienceOptions, patienceSeconds } from "../../lib/fan-out/audience.js";
import { Control } from "../../lib/fan-out/control.js";
import type { Load, LoadResult, LoadSpec } from "../../lib/load.js";
import { checkCount, numberOf } from "../events.js";
import { startPoint } from "../rpc/messages.js";
import { EventScript } from "./event-script.js";
import { PacedAppends } from "./paced-appends.js";
import { subscribing } from "./subscribe.js";

export interface StuckOptions {
  /** Who read everything. */
  readonly readers: number;
  /** One more, who does not read. */
  readonly hasStuck: boolean;
  readonly appendsPerSecond: number;
}

export function besideSubscribers(options: StuckOptions): LoadSpec {
  const stuck = options.hasStuck ? ["the stuck one has no more than its window"] : [];
  const checks = [
    "new ids",
    "a reader: id, order, payload",
    "all readers: the same bytes",
    ...stuck,
  ];
  return { module: import.meta.url, options, checks };
}

export function createLoad(url: string, options: StuckOptions): Load {
  return new BesideSubscribers(new URL(url), options);
}

const connections = 4;
/** The greeting, and a part of the first event. */
const stuckWindow = 150;

const audience = (
  protocol: AudienceOptions["protocol"] & { name: "http2" },
  subscribers: number,
): AudienceOptions => ({
  protocol,
  subscribers,
  isGreeted: true,
  counted: protocol.connections,
  script: () => new EventScript({ isLive: true, checkPayload: (_, payload) => numberOf(payload) }),
});

class BesideSubscribers implements Load {
  private control!: Control;
  private readers!: Audience;
  private stuck: Audience | undefined;
  private appends!: PacedAppends;
  private appended = 0;

  constructor(
    private readonly target: URL,
    private readonly options: StuckOptions,
  ) {}

  async open(): Promise<void> {
    const { target } = this;
    const { readers, hasStuck } = this.options;
    this.control = await Control.connect(target);
    if (hasStuck) {
      const protocol = subscribing(startPoint.now, 1, stuckWindow);
      this.stuck = await this.subscribed(audience(protocol, 1), 0);
    }
    const protocol = subscribing(startPoint.now, connections);
    this.readers = await this.subscribed(audience(protocol, readers), this.others);
    this.appends = new PacedAppends(target);
    await this.appends.connected;
  }

  async run(seconds: number): Promise<LoadResult> {
    const { tally } = this.readers;
    const result = await tally.unlessFailing(
      this.appends.run(seconds, this.options.appendsPerSecond),
    );
    this.appended = result.operations;
    await tally.reached(this.appended, patienceSeconds);
    return result;
  }

  async close(): Promise<void> {
    const { control, readers, stuck, appends } = this;
    readers.tally.exactly(this.appended);
    if (stuck) checkCount("bytes the stuck one has", stuck.tally.received(0), stuckWindow);
    appends.close();
    await readers.leave(control, this.others);
    await stuck?.leave(control);
    control.close();
  }

  private get others(): number {
    return this.stuck === undefined ? 0 : 1;
  }

  private async subscribed(options: AudienceOptions, others: number): Promise<Audience> {
    const { target, control } = this;
    const subscribers = new Audience(target, options);
    await subscribers.connect();
    await subscribers.subscribe(control, others);
    await subscribers.first(control);
    return subscribers;
  }
}
