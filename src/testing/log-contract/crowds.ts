import { deepEqual, equal } from "node:assert/strict";
import type { SubscribeOptions } from "../../log/follow/subscribe-request.js";
import type { Event, EventId } from "../../log/model/event.js";
import { Reader } from "./reader.js";
import { contractCase, event, numbered, type Rig, told } from "./rig.js";

/** So few sessions are kept at hand that who lags behind reads from storage. */
const fewRecent = { limits: { maxRecentSessions: 4 } };

/** What becomes of those who follow while appends go on, or who are slow. */
export const crowdCases = [
  contractCase(
    "misses and repeats nothing for whoever comes while appends go on",
    async (rig) => {
      const answered: EventId[] = [];
      const append = async (number: number) => {
        const events = Array.from({ length: sizeOf(number) }, (_, i) => {
          return event(`a/${i}`, `${number}.${i}`);
        });
        answered.push((await rig.log.append(events)).events.at(-1)!.id);
      };
      const crowds: Promise<Crowd>[] = [];
      const loop = async (first: number) => {
        for (let i = 0; i < 12; i++) {
          await append(first + i);
          if (i % 6 === first % 5) crowds.push(crowd(rig, answered.at(-1)!));
        }
      };
      await Promise.all([loop(0), loop(13), loop(26), loop(39)]);
      await rig.log.append([event("end", "end")]);

      const all = await Promise.all(crowds);
      const sessions = all[0]!.fromStart;
      equal(new Set(sessions.flat().map(told)).size, sessions.flat().length);
      for (const session of sessions.slice(0, -1)) {
        const [number] = `${told(session[0]!)}`.split(".").map(Number);
        equal(session.length, sizeOf(number!));
      }
      equal(sessions.length, 49);
      for (const { fromStart, ofType, behind, after } of all) {
        deepEqual(fromStart.map(ids), sessions.map(ids));
        deepEqual(
          ofType.map(ids),
          sessions.map((each) => ids(each.filter(isOfType))),
        );
        const place = sessions.findIndex((each) => ids(each).endsWith(ids([{ id: after }])));
        deepEqual(behind.map(ids), sessions.slice(place + 1).map(ids));
      }
    },
    fewRecent,
  ),

  contractCase(
    "gives everything to whoever is slow",
    async (rig) => {
      const large = "x".repeat(80_000);
      const slow = new Reader(rig, { from: "start" });
      await slow.catchUp();
      const quick = new Reader(rig, { from: "start", types: [["b"]] });
      await quick.catchUp();
      for (let number = 0; number < 50; number++) {
        await rig.log.append([event("a", `${number} ${large}`), event("b", number)]);
        await quick.expect([[number]]);
      }
      await slow.until(50);
      deepEqual(
        slow.sessions.map((each) => each.map(told)),
        quick.sessions.map(([each]) => [`${told(each!)} ${large}`, told(each!)]),
      );
      for (const each of [slow, quick]) await each.leave();
    },
    fewRecent,
  ),

  contractCase(
    "gives the newest by the policy latest, and counts what it skips",
    async (rig) => {
      await rig.log.append(numbered(1, 3));
      const reader = new Reader(rig, { from: "start", policy: "latest", queueSize: 3 });
      await reader.expect([[1, 2, 3], "caught up"]);
      for (let number = 4; number <= 30; number++) {
        await rig.log.append([event("b", "x".repeat(20_000)), event("a", number)]);
      }
      const live = () => reader.sessions.slice(1).map((each) => told(each.at(-1)!));
      while (live().length + reader.skipped < 27) await reader.next();
      deepEqual(
        live(),
        live().toSorted((a, b) => Number(a) - Number(b)),
      );
      equal(live().at(-1), 30);
      await reader.leave();
    },
    fewRecent,
  ),
];

function sizeOf(number: number): number {
  return 1 + (number % 3);
}

/** The texts of some ids. */
function ids(events: readonly Pick<Event, "id">[]): string {
  return events.map(({ id }) => `${id.server}:${id.session}:${id.instance}`).join(" ");
}

interface Crowd {
  readonly fromStart: readonly (readonly Event[])[];
  readonly ofType: readonly (readonly Event[])[];
  readonly behind: readonly (readonly Event[])[];
  readonly after: EventId;
}

function isOfType({ type }: Event): boolean {
  return type[1] === "0" || type[0] === "end";
}

/** Several who begin now, at different places, and one who soon leaves. */
async function crowd(rig: Rig, after: EventId): Promise<Crowd> {
  const readToEnd = async (options: SubscribeOptions) => {
    const reader = new Reader(rig, options);
    while (reader.sessions.at(-1)?.at(-1)?.type[0] !== "end") await reader.next();
    await reader.leave();
    return reader.sessions;
  };
  const leaving = new Reader(rig, { from: "start" });
  const [fromStart, ofType, behind] = await Promise.all([
    readToEnd({ from: "start" }),
    readToEnd({ from: "start", types: [["?", "0"], ["end"]] }),
    readToEnd({ from: after }),
    leaving.next().then(() => leaving.leave()),
  ]);
  return { fromStart, ofType, behind, after };
}
