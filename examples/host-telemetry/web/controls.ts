import { element } from "../../common/web/page";
import { client } from "./client";
import type { Settings } from "./gen/hosttelemetry/v1/hosttelemetry_pb";
import { limitOf, watchedMetrics } from "./metrics";
import { SettingForm } from "./setting-form";

/** A click should not wait for ever; streams have no such limit. */
const callOptions = { timeoutMs: 5_000 };

/** The forms of the settings: what they show and what they call. */
export class Controls {
  readonly #interval = new SettingForm(element("interval-form"), async (value) => {
    // No range is checked here: the server knows it, and says so.
    const settings = await client.setInterval({ intervalMs: value }, callOptions);
    return settings.intervalMs;
  });

  readonly #limits = watchedMetrics.map(({ key, metric }) => ({
    metric,
    form: new SettingForm(thresholdForm(key), async (limit) => {
      const settings = await client.setThreshold({ metric, limit }, callOptions);
      return limitOf(settings, metric);
    }),
  }));

  update(settings: Settings): void {
    this.#interval.update(settings.intervalMs);
    for (const { metric, form } of this.#limits) form.update(limitOf(settings, metric));
  }
}

function thresholdForm(key: string): HTMLFormElement {
  const form = document.querySelector<HTMLFormElement>(`form.threshold[data-metric=${key}]`);
  if (form === null) throw new Error(`index.html has no threshold form for ${key}`);
  return form;
}
