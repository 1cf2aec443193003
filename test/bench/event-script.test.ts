import fc from "fast-check";
import { expect, test } from "vitest";
import { envelope } from "../../bench/lib/fan-out/envelope.js";
import { Tally } from "../../bench/lib/fan-out/tally.js";
import { checkPayload, payloadOf } from "../../bench/log/events.js";
import { EventScript } from "../../bench/log/live/event-script.js";
import { field } from "../../bench/log/proto.js";
import { propertyOptions } from "../support/property-options.js";

const caughtUp = envelope(field(2, field(1, field(1, id(41)))));

function id(session: number, instance = 1): Buffer {
  return Buffer.concat([field(1, 1), field(2, session), field(3, instance)]);
}

/** A SubscribeResponse with one event. */
function event(number: number, session = 42 + number, instance = 1): Buffer {
  const binary = Buffer.concat([field(1, "bench"), field(2, payloadOf(number))]);
  const fields = [field(1, id(session, instance)), field(2, "type"), field(6, binary)];
  return envelope(field(1, field(1, Buffer.concat(fields))));
}

const live = (perTurn: number) => new EventScript({ isLive: true, perTurn, checkPayload });

test("readers pass with the same bytes, however these are cut and whoever is ahead", () => {
  const cut = fc.record({
    reader: fc.nat({ max: 2 }),
    length: fc.integer({ min: 1, max: 700 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(cut, { maxLength: 60 }),
      (perTurn, turns, cuts) => {
        const numbers = Array.from({ length: perTurn * turns }, (_, number) => number);
        const messages = [caughtUp, ...numbers.map((number) => event(number))];
        const bytes = Buffer.concat(messages);
        const seen: number[] = [];
        const script = live(perTurn);
        const tally = new Tally({ script, readers: 3, onTurn: (turn) => seen.push(turn) });
        const at = [0, 0, 0];
        const take = (reader: number, length: number) => {
          const from = at[reader] as number;
          const to = Math.min(bytes.length, from + length);
          if (to > from) tally.take(reader, Buffer.from(bytes.subarray(from, to)), 0, to - from);
          at[reader] = to;
          const slowest = Math.min(...at);
          const ends = messages.map((_, i) => Buffer.concat(messages.slice(0, i + 1)).length);
          const whole = ends.filter((end) => end <= slowest).length;
          // The greeting is turn 0.
          expect(tally.turn).toBe(whole === 0 ? -1 : Math.floor((whole - 1) / perTurn));
        };
        for (const { reader, length } of cuts) take(reader, length);
        for (const reader of [0, 1, 2]) take(reader, bytes.length);
        tally.exactly(turns);
        expect(seen).toEqual(Array.from({ length: turns + 1 }, (_, turn) => turn));
        expect(script.events).toBe(perTurn * turns);
      },
    ),
    propertyOptions(50),
  );
});

test.each<[string, Buffer[], RegExp]>([
  ["an event before the greeting", [event(0)], /before the greeting/],
  ["a greeting twice", [caughtUp, caughtUp], /caught up twice/],
  ["a gap in the sessions", [caughtUp, event(0), event(1, 44)], /44\/1 instead of 43\/1/],
  ["a session twice", [caughtUp, event(0), event(1, 42)], /42\/1 instead of 43\/1/],
  ["a second event of a session", [caughtUp, event(0), event(1, 43, 2)], /43\/2 instead/],
  ["another's payload", [caughtUp, event(0), event(2, 43)], /payload of event 2 instead of 1/],
  ["its end", [caughtUp, Buffer.from([2, 0, 0, 0, 2, 0x7b, 0x7d])], /the subscription ended/],
  ["a heartbeat", [caughtUp, envelope(field(3, ""))], /field 3/],
])("%s fails the tally", (_, messages, problem) => {
  const tally = new Tally({ script: live(1), readers: 2 });
  const bytes = Buffer.concat(messages);
  tally.take(0, bytes, 0, bytes.length);
  expect(() => tally.check()).toThrow(problem);
});

test("whoever gets other bytes than those ahead fails the tally", () => {
  const bytes = Buffer.concat([caughtUp, event(0), event(1)]);
  fc.assert(
    fc.property(
      fc.nat({ max: bytes.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (at, change) => {
        const tally = new Tally({ script: live(1), readers: 2 });
        tally.take(0, bytes, 0, bytes.length);
        tally.check();
        const other = Buffer.from(bytes);
        other[at] = (other[at] as number) ^ change;
        tally.take(1, other, 0, other.length);
        expect(() => tally.check()).toThrow(/differs/);
      },
    ),
    propertyOptions(50),
  );
});
