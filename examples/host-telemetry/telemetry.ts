import os from "node:os";
import { action, invalidArgument, service, stream } from "sluice";
import { Metronome } from "../common/metronome.js";
import { AlarmWatch } from "./alarm-watch.js";
import { type HostReading, readHostCounters } from "./host-counters.js";
import {
  Alarm,
  HostDescription,
  Metric,
  Sample,
  SetIntervalRequest,
  SetThresholdRequest,
  Settings,
} from "./messages.js";
import { sampleOf } from "./sample.js";

const minIntervalMs = 100;
const maxIntervalMs = 60_000;

@service({ doc: "What this machine is doing, as its operating system counts it." })
export class Telemetry {
  readonly #read: () => Promise<HostReading>;
  readonly #watch = new AlarmWatch();
  readonly #limits = new Map<Metric, number>([
    [Metric.CpuPercent, 90],
    [Metric.MemoryPercent, 90],
  ]);
  readonly #sampling = new Metronome(() => this.observe(), 1_000, report);
  #reading: HostReading | undefined;
  #sample: Sample | undefined;

  constructor(read: () => Promise<HostReading> = readHostCounters) {
    this.#read = read;
  }

  @action({
    response: HostDescription,
    idempotent: true,
    doc: "Which machine this is, and how it is watched at the moment.",
  })
  describe() {
    const cpus = os.cpus();
    return {
      hostname: os.hostname(),
      platform: `${os.type()} ${os.release()} ${os.arch()}`,
      cpuModel: cpus[0]?.model.trim() ?? "",
      cpuCount: cpus.length,
      memoryTotalBytes: BigInt(os.totalmem()),
      settings: this.#settings(),
    };
  }

  @action({
    request: SetIntervalRequest,
    response: Settings,
    doc: "Changes how often samples are taken, for everybody and at once.",
  })
  async setInterval({ intervalMs }: SetIntervalRequest) {
    if (intervalMs < minIntervalMs || intervalMs > maxIntervalMs) {
      throw invalidArgument({
        intervalMs: `must be from ${minIntervalMs} to ${maxIntervalMs}, got ${intervalMs}`,
      });
    }
    this.#sampling.everyMs = intervalMs;
    return this.#announceSettings();
  }

  @action({
    request: SetThresholdRequest,
    response: Settings,
    doc: "Sets, changes or removes the threshold of one metric, and applies it at once.",
  })
  async setThreshold({ metric, limit }: SetThresholdRequest) {
    const highest = highestLimit(metric);
    if (highest === undefined) throw invalidArgument({ metric: `${metric} is no known metric` });
    if (limit === undefined) {
      this.#limits.delete(metric);
    } else if (limit >= 0 && limit <= highest) {
      this.#limits.set(metric, limit);
    } else {
      throw invalidArgument({ limit: `must be from 0 to ${highest}, got ${limit}` });
    }
    return this.#announceSettings();
  }

  @stream({
    payload: Sample,
    policy: "latest",
    replay: true,
    doc:
      "The last sample at once, then each new one; and when settings change, the last one again " +
      "with the new ones. Who is slow misses some and gets the newest.",
  })
  async samples(sample: Sample) {
    return sample;
  }

  @stream({
    payload: Alarm,
    policy: "fifo",
    queueSize: 256,
    replay: 20,
    slow: { evictAfterMs: 10_000 },
    doc: "The last 20 alarms, then each new one. None is left out; who stays too slow is sent away.",
  })
  async alarms(alarm: Alarm) {
    return alarm;
  }

  /** Begins to sample; the app must be finalized by then. The first sample is one interval away. */
  async start(): Promise<void> {
    this.#reading = await this.#read();
    this.#sampling.start();
  }

  stop(): void {
    this.#sampling.stop();
  }

  /** Takes one sample, publishes it, and then the alarms it gives rise to. */
  async observe(): Promise<void> {
    const reading = await this.#read();
    const before = this.#reading ?? reading;
    this.#reading = reading;
    this.#sample = sampleOf(before, reading, this.#settings());
    await this.samples(this.#sample);
    this.#raiseAlarms(this.#sample, this.#sample.at);
  }

  /**
   * Lets everybody who is watching know the settings now, not when the next sample is due: that
   * may be a minute away.
   */
  async #announceSettings(): Promise<Settings> {
    const settings = this.#settings();
    if (this.#sample !== undefined) {
      this.#sample = { ...this.#sample, settings };
      await this.samples(this.#sample);
      this.#raiseAlarms(this.#sample, new Date());
    }
    return settings;
  }

  #raiseAlarms(sample: Sample, at: Date): void {
    // Not awaited: a subscriber that takes its alarms slowly must not hold up the next sample.
    for (const alarm of this.#watch.check(sample, at)) this.alarms(alarm).catch(report);
  }

  #settings(): Settings {
    const thresholds = [...this.#limits].map(([metric, limit]) => ({ metric, limit }));
    return { intervalMs: this.#sampling.everyMs, thresholds };
  }
}

/** The highest limit that makes sense; `undefined` for what is no metric. */
function highestLimit(metric: Metric): number | undefined {
  switch (metric) {
    case Metric.CpuPercent:
    case Metric.MemoryPercent:
      return 100;
    case Metric.LoadAverage:
      return 1_000;
    default:
      return undefined;
  }
}

function report(error: unknown): void {
  console.error("telemetry:", error);
}
