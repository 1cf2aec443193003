import { expect, test } from "vitest";
import type { Channel, ChannelListener } from "../../src/fanout/feed.js";
import { FlushRounds } from "../../src/fanout/flush-rounds.js";
import { Multicast } from "../../src/fanout/multicast.js";
import type { Seat, SeatOwner } from "../../src/fanout/seat.js";
import { ManualClock } from "../../src/testing/manual-clock.js";

const turn = () => new Promise<void>(setImmediate);

/** A channel of texts; its place is how many it has given. */
class Texts implements Channel<string, number> {
  readonly heartbeatMs = 100;
  readonly listeners = new Set<ChannelListener<string>>();
  place = 0;

  heartbeat(): string {
    return `beat${this.place}`;
  }

  listen(listener: ChannelListener<string>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  give(...texts: string[]): void {
    for (const text of texts) {
      this.place++;
      for (const listener of this.listeners) listener.item(text);
    }
  }
}

class Owner implements SeatOwner<number> {
  readonly written: Uint8Array[] = [];
  room = Number.POSITIVE_INFINITY;
  fellTo: number | undefined;
  ended: unknown;

  constructor(readonly keepsAll = true) {}

  write(bytes: Uint8Array): boolean {
    this.written.push(bytes);
    return --this.room > 0;
  }

  fellBehind(place: number): void {
    this.fellTo = place;
  }

  end(error: unknown): void {
    this.ended = error;
  }

  get texts(): string[] {
    return this.written.map((bytes) => Buffer.from(bytes).toString());
  }
}

function stage() {
  const channel = new Texts();
  const clock = new ManualClock();
  const made: string[] = [];
  let emptied = 0;
  const encoding = {
    encode: (text: string) => {
      if (text === "bad") throw new Error("cannot be encoded");
      made.push(text);
      return Buffer.from(text);
    },
    join: (parts: readonly Uint8Array[]) => Buffer.concat(parts),
  };
  const rounds = { rounds: new FlushRounds(clock), clock };
  const multicast = new Multicast(channel, encoding, rounds, () => emptied++);
  const join = (owner = new Owner()): [Owner, Seat<string, number>] => [
    owner,
    multicast.join(owner),
  ];
  return { channel, clock, made, join, emptied: () => emptied };
}

test("what comes within a turn is encoded once, and written to all as the same bytes", async () => {
  const { channel, made, join } = stage();
  const owners = [join(), join(), join()].map(([owner]) => owner);
  channel.give("a", "b");
  expect(owners[0]!.written).toEqual([]);
  await turn();
  channel.give("c");
  await turn();
  expect(made).toEqual(["a", "b", "c"]);
  for (const owner of owners) expect(owner.texts).toEqual(["ab", "c"]);
  expect(owners[2]!.written[0]).toBe(owners[0]!.written[0]);
});

test("who joins within a turn is given what comes after", async () => {
  const { channel, join } = stage();
  const [first] = join();
  channel.give("a", "b");
  const [second] = join();
  channel.give("c");
  const [third] = join();
  await turn();
  channel.give("d");
  await turn();
  expect(first.texts).toEqual(["abc", "d"]);
  expect(second.texts).toEqual(["c", "d"]);
  expect(third.texts).toEqual(["d"]);
});

test("who is back-pressured goes on with the bytes that the others were written", async () => {
  const { channel, join } = stage();
  const [slow, seat] = join();
  const [other] = join();
  slow.room = 1;
  for (const text of ["a", "b", "c"]) {
    channel.give(text);
    await turn();
  }
  expect(slow.texts).toEqual(["a"]);
  slow.room = 1;
  seat.drained();
  expect(slow.texts).toEqual(["a", "b"]);
  slow.room = Number.POSITIVE_INFINITY;
  seat.drained();
  channel.give("d");
  await turn();
  expect(slow.texts).toEqual(["a", "b", "c", "d"]);
  expect(slow.written[2]).toBe(other.written[2]);
});

test("who lacks more than is kept loses its seat, and is told where it was", async () => {
  const { channel, join } = stage();
  const [slow, seat] = join();
  const [other] = join();
  const large = "x".repeat(400_000);
  slow.room = 1;
  channel.give("a", "b");
  await turn();
  channel.give("c");
  await turn();
  slow.room = 1;
  seat.drained();
  expect(slow.texts).toEqual(["ab", "c"]);
  // Each is so large that nothing waits for the end of the turn.
  channel.give(large, large);
  expect(other.written.length).toBe(4);
  expect(slow.fellTo).toBe(undefined);
  channel.give(large);
  expect(slow.fellTo).toBe(3);
  seat.drained();
  expect(slow.written.length).toBe(2);
});

test("who wants nothing old loses its seat with the first back-pressure", async () => {
  const { channel, join } = stage();
  const [slow] = join(new Owner(false));
  slow.room = 1;
  channel.give("a", "b");
  await turn();
  expect(slow.fellTo).toBe(2);
});

test("what was gathered is written at once to who ends, and only once", async () => {
  const { channel, join } = stage();
  const [owner, seat] = join();
  channel.give("a");
  seat.flush();
  seat.flush();
  expect(owner.texts).toEqual(["a"]);
  channel.give("b");
  await turn();
  expect(owner.texts).toEqual(["a", "b"]);
});

test("with the last member it is over", async () => {
  const { channel, join, emptied } = stage();
  const [, first] = join();
  const [, second] = join();
  first.leave();
  first.leave();
  expect([channel.listeners.size, emptied()]).toEqual([1, 0]);
  second.leave();
  expect([channel.listeners.size, emptied()]).toEqual([0, 1]);
});

test("a channel without items has heartbeats", async () => {
  const { channel, clock, join } = stage();
  const [owner] = join();
  clock.advance(60);
  channel.give("a");
  await turn();
  clock.advance(60);
  await turn();
  expect(owner.texts).toEqual(["a"]);
  clock.advance(40);
  await turn();
  expect(owner.texts).toEqual(["a", "beat1"]);
});

test("an item that cannot be encoded ends those who were to be given it", async () => {
  const { channel, join } = stage();
  const [owner] = join();
  channel.give("a", "bad");
  expect(owner.texts).toEqual(["a"]);
  expect(owner.ended).toMatchObject({ message: "cannot be encoded" });
});
