import { timestampDate } from "@bufbuild/protobuf/wkt";
import { element, show } from "../../common/web/page";
import { text } from "../../common/web/quantity";
import { bytes, percent, plain, rate, short, traffic } from "./format";
import { type HostDescription, Metric, type Sample } from "./gen/hosttelemetry/v1/hosttelemetry_pb";
import { History } from "./history";
import { limitOf, memoryPercent, watchedMetrics } from "./metrics";
import { Plot } from "./plot";

/** The four cards: their figures and their plots. */
export class Dashboard {
  readonly #history = new History<Sample>();
  #cpuCount = 1;
  #hovered: number | undefined;
  #frame: number | undefined;

  readonly #plots = [
    this.#plot("cpu-plot", {
      lines: [{ color: "--cpu", value: (s) => s.cpuPercent, fill: true }],
      top: () => 100,
      tick: (value) => `${value}\u202f%`,
      limit: (s) => limitOf(s.settings, Metric.CPU_PERCENT),
    }),
    this.#plot("memory-plot", {
      lines: [{ color: "--memory", value: memoryPercent, fill: true }],
      top: () => 100,
      tick: (value) => `${value}\u202f%`,
      limit: (s) => limitOf(s.settings, Metric.MEMORY_PERCENT),
    }),
    this.#plot("load-plot", {
      lines: [
        { color: "--load-15", value: (s) => s.load?.fifteenMinutes },
        { color: "--load-5", value: (s) => s.load?.fiveMinutes },
        { color: "--load", value: (s) => s.load?.oneMinute },
      ],
      // At least up to the CPU count: that is where the machine has nothing left to give.
      top: (max) => Math.max(this.#cpuCount, 1.1 * max),
      tick: String,
      limit: (s) => limitOf(s.settings, Metric.LOAD_AVERAGE),
    }),
    this.#plot("network-plot", {
      lines: [
        { color: "--rx", value: (s) => s.network?.rxBytesPerSecond, fill: true },
        { color: "--tx", value: (s) => s.network?.txBytesPerSecond, fill: true },
      ],
      top: (max) => Math.max(1_000, 1.1 * max),
      tick: (value) => text(short(rate(value))),
    }),
  ];

  describe(host: HostDescription): void {
    this.#cpuCount = host.cpuCount;
    document.title = `${host.hostname} · Host telemetry`;
    element("hostname").textContent = host.hostname;
    const cpus = `${host.cpuCount} ${host.cpuCount === 1 ? "CPU" : "CPUs"}`;
    element("cpu-count").textContent = cpus;
    const memory = text(bytes(Number(host.memoryTotalBytes)));
    element("machine").textContent = [host.cpuModel, cpus, memory, host.platform]
      .filter((part) => part !== "")
      .join(" · ");
  }

  /** Returns whether it is a new one. */
  add(sample: Sample): boolean {
    const isNew = this.#history.add(sample);
    // Samples may come faster than the screen is drawn, and in a hidden tab it is not drawn at all.
    if (isNew) this.#frame ??= requestAnimationFrame(() => this.#draw());
    return isNew;
  }

  #plot(id: string, options: ConstructorParameters<typeof Plot>[1]): Plot {
    return new Plot(element(id), options, (row) => {
      if (row === this.#hovered) return;
      this.#hovered = row;
      this.#showFigures();
    });
  }

  #draw(): void {
    this.#frame = undefined;
    for (const plot of this.#plots) plot.draw(this.#history);
    this.#showFigures();
  }

  /** Those of the moment under the pointer, or else the latest. */
  #showFigures(): void {
    const hovered = this.#hovered === undefined ? undefined : this.#history.rows[this.#hovered];
    const sample = hovered?.sample ?? this.#history.last;
    if (sample === undefined) return;
    const { at, load, memory, network } = sample;
    element("plots").dataset.at = at && timestampDate(at).toISOString();
    show("cpu", sample.cpuPercent, percent);
    show("memory-used", memory?.usedBytes, bytes);
    show("memory-percent", memoryPercent(sample), percent);
    show("memory-total", memory?.totalBytes, bytes);
    show("load-1", load?.oneMinute, plain);
    show("load-5", load?.fiveMinutes, plain);
    show("load-15", load?.fifteenMinutes, plain);
    show("rx-rate", network?.rxBytesPerSecond, rate);
    show("tx-rate", network?.txBytesPerSecond, rate);
    show("rx-total", network?.rxBytes, traffic);
    show("tx-total", network?.txBytes, traffic);
    element("interfaces").textContent = network ? `${network.interfaces.join(", ")}:` : "";
    for (const { key, metric, value } of watchedMetrics) {
      const current = value(sample);
      const limit = limitOf(sample.settings, metric);
      const card = document.querySelector<HTMLElement>(`.card[data-metric=${key}]`);
      card?.toggleAttribute("data-raised", (current ?? -1) >= (limit ?? Number.POSITIVE_INFINITY));
    }
  }
}
