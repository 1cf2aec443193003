import "./style.css";
import type { Event, SubscriptionItem } from "sluice/client";
import { element } from "../../common/web/page.ts";
import { baseUrl, eventLog, sensorLog } from "./client.ts";
import { ConnectionView } from "./connection-view.ts";
import { follow } from "./follow.ts";
import { LiveView } from "./live-view.ts";
import { RangeForm } from "./range-form.ts";
import { RangeView } from "./range-view.ts";
import { type Reading, readingOf } from "./reading.ts";
import { Tail } from "./tail.ts";

const range = new RangeView((marked) => form.show(marked));
const form = new RangeForm((series, shown) => void range.show(series, shown));

async function offerSeries(): Promise<void> {
  const signal = range.begin();
  try {
    const { values } = await sensorLog.listSeries({}, { signal });
    if (values.length === 0) range.showNothing();
    else form.offer(values);
  } catch (thrown) {
    range.fail(thrown, () => void offerSeries());
  }
}

const tail = new Tail();
const live = new LiveView(tail);
const connection = new ConnectionView(() => void followStation());

function add(events: readonly Event[]): void {
  const readings: Reading[] = events.map(readingOf).filter((reading) => reading !== undefined);
  tail.add(readings);
  live.add(readings);
  if (tail.last !== undefined) connection.heard(readings.length, tail.last.atMs, tail.count);
}

function take(item: SubscriptionItem): void {
  switch (item.kind) {
    case "events":
      add(item.events);
      break;
    case "caughtUp":
      connection.live();
      break;
    case "reconnecting":
      connection.lost(item.attempt, item.delayMs, item.error);
      break;
    case "resumed":
      connection.resumed();
      break;
  }
}

async function followStation(): Promise<void> {
  connection.connecting();
  const follower = {
    begin(events: readonly Event[]) {
      tail.clear();
      live.clear();
      connection.opened(events.length);
      add(events);
    },
    take,
    lostTrack: () => connection.restarted(),
  };
  await follow(eventLog, follower).catch((error: unknown) => connection.stopped(error));
}

element("curl").textContent =
  `curl -X POST -H 'content-type: application/json' \\\n  -d '{"types": {"queryTypes": [{"segments": ["weather", "seattle", "*"]}]}, "pageSize": 3}' \\\n  ${baseUrl}/sluice.events.v1.EventService/QueryTimeseries`;

void offerSeries();
void followStation();
