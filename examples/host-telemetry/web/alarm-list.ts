import { timestampMs } from "@bufbuild/protobuf/wkt";
import { element } from "../../common/web/page";
import { text } from "../../common/web/quantity";
import { timeOfDay } from "./format";
import { type Alarm, AlarmState } from "./gen/hosttelemetry/v1/hosttelemetry_pb";
import { watchedMetrics } from "./metrics";

const maxShown = 100;

/** The alarms, newest first. */
export class AlarmList {
  /** Those shown: after a reconnect the server sends its last ones again. */
  readonly #shown = new Set<string>();

  add(alarm: Alarm): void {
    const atMs = alarm.at === undefined ? 0 : timestampMs(alarm.at);
    const key = `${atMs}/${alarm.metric}`;
    if (this.#shown.has(key)) return;
    this.#shown.add(key);
    const list = element("alarms");
    list.prepend(item(alarm, atMs));
    while (list.children.length > maxShown) list.lastElementChild?.remove();
    element("no-alarms").hidden = true;
  }
}

function item(alarm: Alarm, atMs: number): HTMLLIElement {
  const metric = watchedMetrics.find(({ metric }) => metric === alarm.metric);
  const format = (value: number) => (metric ? text(metric.format(value)) : String(value));
  const raised = alarm.state === AlarmState.RAISED;
  const li = document.createElement("li");
  li.dataset.state = raised ? "raised" : "cleared";
  const time = document.createElement("time");
  time.dateTime = new Date(atMs).toISOString();
  time.textContent = timeOfDay(atMs);
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.textContent = raised ? "Raised" : "Cleared";
  const what = document.createElement("span");
  what.textContent = `${metric?.label ?? "Unknown metric"} at ${format(alarm.value)}`;
  const limit = document.createElement("span");
  limit.className = "muted";
  limit.textContent = `limit ${format(alarm.limit)}`;
  li.append(time, badge, what, limit);
  return li;
}
