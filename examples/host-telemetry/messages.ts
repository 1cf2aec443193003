import { type EnumValue, enumType, field, message, repeated } from "sluice";

/** What a threshold can be set on. */
export const Metric = enumType(
  "Metric",
  { Unspecified: 0, CpuPercent: 1, LoadAverage: 2, MemoryPercent: 3 },
  {
    doc: "What a threshold can be set on.",
    values: {
      Unspecified: { doc: "Not a metric." },
      CpuPercent: { doc: "Share of the time all CPUs together were busy, in percent." },
      LoadAverage: { doc: "The load average over one minute." },
      MemoryPercent: { doc: "Share of the memory that is in use, in percent." },
    },
  },
);
export type Metric = EnumValue<typeof Metric>;

/** Whether a value has reached its threshold or has left it again. */
export const AlarmState = enumType(
  "AlarmState",
  { Unspecified: 0, Raised: 1, Cleared: 2 },
  {
    doc: "Whether a value has reached its threshold or has left it again.",
    values: {
      Unspecified: { doc: "Not a state." },
      Raised: { doc: "The value is at or above the limit, and was not before." },
      Cleared: { doc: "The value is below the limit again, or the limit is gone." },
    },
  },
);
export type AlarmState = EnumValue<typeof AlarmState>;

@message({ doc: "A limit whose crossing is an alarm." })
export class Threshold {
  @field(1, Metric, { doc: "The value that is watched." })
  metric!: Metric;

  @field(2, "double", { doc: "Reached when the value is this high or higher." })
  limit!: number;
}

@message({ doc: "Everything a visitor can change." })
export class Settings {
  @field(1, "int32", { doc: "Time from one sample to the next, in milliseconds." })
  intervalMs!: number;

  @field(2, repeated(Threshold), { doc: "At most one for each metric." })
  thresholds!: Threshold[];
}

@message({ doc: "What does not change while the machine runs, and the settings in force." })
export class HostDescription {
  @field(1, "string", { doc: "The machine's name in its network." })
  hostname!: string;

  @field(2, "string", {
    doc: 'Operating system, its release and the architecture: "Linux 6.1 x64".',
  })
  platform!: string;

  @field(3, "string", { doc: "The first CPU's model name; empty if the system does not tell." })
  cpuModel!: string;

  @field(4, "int32", { doc: "Logical CPUs." })
  cpuCount!: number;

  @field(5, "uint64", { doc: "Installed memory." })
  memoryTotalBytes!: bigint;

  @field(6, Settings, { doc: "As they are now." })
  settings!: Settings;
}

@message({ doc: "Runnable tasks, averaged. A machine is fully loaded when this is its CPU count." })
export class LoadAverages {
  @field(1, "double", { doc: "Over the last minute." })
  oneMinute!: number;

  @field(2, "double", { doc: "Over the last five minutes." })
  fiveMinutes!: number;

  @field(3, "double", { doc: "Over the last fifteen minutes." })
  fifteenMinutes!: number;
}

@message({ doc: "Physical memory." })
export class Memory {
  @field(1, "uint64", { doc: "Installed." })
  totalBytes!: bigint;

  @field(2, "uint64", {
    doc: "Not available to programs: caches that can be dropped do not count.",
  })
  usedBytes!: bigint;
}

@message({ doc: "Traffic of all network interfaces together, without loopback." })
export class Network {
  @field(1, "uint64", { doc: "Received since the interfaces came up." })
  rxBytes!: bigint;

  @field(2, "uint64", { doc: "Sent since the interfaces came up." })
  txBytes!: bigint;

  @field(3, "double", { doc: "Received per second since the sample before." })
  rxBytesPerSecond!: number;

  @field(4, "double", { doc: "Sent per second since the sample before." })
  txBytesPerSecond!: number;

  @field(5, repeated("string"), { doc: "The interfaces that have carried anything." })
  interfaces!: string[];
}

@message({
  doc: "The machine at one moment. What its system does not tell is unset, never made up.",
})
export class Sample {
  @field(1, Date, { doc: "When it was taken, by the machine's own clock." })
  at!: Date;

  @field(2, Settings, { doc: "Those it was taken under." })
  settings!: Settings;

  @field(3, "double", {
    optional: true,
    doc: "Share of the time all CPUs together were busy since the sample before, in percent.",
  })
  cpuPercent?: number;

  @field(4, LoadAverages, { doc: "Unset on Windows, which has none." })
  load?: LoadAverages;

  @field(5, Memory, { doc: "Physical memory." })
  memory!: Memory;

  @field(6, Network, { doc: "Set on Linux only." })
  network?: Network;
}

@message({ doc: "A value has crossed its threshold, in either direction." })
export class Alarm {
  @field(1, Date, { doc: "When it was noticed: with a new sample, or when the limit was changed." })
  at!: Date;

  @field(2, Metric, { doc: "What is too high, or no longer is." })
  metric!: Metric;

  @field(3, AlarmState, { doc: "The direction." })
  state!: AlarmState;

  @field(4, "double", { doc: "What was measured." })
  value!: number;

  @field(5, "double", { doc: "The limit it was compared with." })
  limit!: number;
}

@message({ doc: "How often to sample from now on." })
export class SetIntervalRequest {
  @field(1, "int32", { doc: "Time from one sample to the next, from 100 to 60,000 milliseconds." })
  intervalMs!: number;
}

@message({ doc: "Which limit to set, change or remove." })
export class SetThresholdRequest {
  @field(1, Metric, { doc: "The value to watch." })
  metric!: Metric;

  @field(2, "double", {
    optional: true,
    doc: "The new limit, from 0 up and for percentages to 100; unset removes the threshold.",
  })
  limit?: number;
}
