import { describe, expect, it } from "vitest";
import { Broadcast } from "../../src/fanout/broadcast.js";
import { Topic } from "../../src/fanout/topic.js";
import type { TopicOptions } from "../../src/fanout/topic-options.js";
import { ManualClock } from "../../src/testing/index.js";
import { type Item, OutletRecorder, TextEncoding } from "./outlet-recorder.js";
import { turn } from "./recorder.js";

/** A topic of numbers, and broadcasts of it. */
class Numbers {
  readonly topic: Topic<Item>;
  readonly encoding: TextEncoding;
  readonly broadcast: Broadcast<Item>;
  /** How often the last subscriber has left. */
  emptied = 0;

  constructor(options: TopicOptions<Item> = {}, refuses?: (n: number) => unknown) {
    this.topic = new Topic({ replay: false, ...options });
    this.encoding = new TextEncoding(refuses);
    this.broadcast = new Broadcast(this.topic, this.encoding, () => this.emptied++);
  }

  follow(outlet = new OutletRecorder()): OutletRecorder {
    outlet.member = this.broadcast.subscribe(outlet);
    return outlet;
  }

  publish(...numbers: number[]): Promise<void>[] {
    return numbers.map((n) => this.topic.publish({ n }));
  }
}

describe("with a clock", () => {
  it("rests for as long as writing took, and then writes what came meanwhile at once", async () => {
    const clock = new ManualClock();
    const topic = new Topic<Item>({ replay: false });
    const broadcast = new Broadcast(topic, new TextEncoding(), undefined, clock);
    const outlet = new OutletRecorder();
    const slow = { write: outlet.write.bind(outlet), end: outlet.end.bind(outlet) };
    outlet.member = broadcast.subscribe({
      ...slow,
      write(bytes) {
        clock.advance(20);
        return slow.write(bytes);
      },
    });
    topic.publish({ n: 1 });
    await turn();
    topic.publish({ n: 2 });
    await turn();
    topic.publish({ n: 3 });
    await turn();
    expect(outlet.writes).toEqual([[1]]);
    clock.advance(20);
    expect(outlet.writes).toEqual([[1], [2, 3]]);
  });
});

describe("a turn", () => {
  it("is written at its end, with one call and the same bytes to everybody", async () => {
    const numbers = new Numbers();
    const outlets = [numbers.follow(), numbers.follow(), numbers.follow()];
    numbers.publish(1, 2);
    await Promise.resolve();
    numbers.publish(3);
    expect(outlets.map(({ writes }) => writes)).toEqual([[], [], []]);
    await turn();
    for (const { writes, chunks } of outlets) {
      expect(writes).toEqual([[1, 2, 3]]);
      expect(chunks[0]).toBe(outlets[0]!.chunks[0]);
    }
    expect([...numbers.encoding.encoded.values()]).toEqual([1, 1, 1]);
    expect(numbers.encoding.joins).toBe(1);
  });

  it("in which nothing is published costs nothing", async () => {
    const numbers = new Numbers();
    const outlet = numbers.follow();
    await turn();
    expect([outlet.writes, numbers.encoding.joins]).toEqual([[], 0]);
  });

  it("that somebody comes in gives the newcomer its replay and the rest, in order", async () => {
    const numbers = new Numbers({ replay: 2 });
    const first = numbers.follow();
    numbers.publish(1, 2, 3);
    const newcomer = numbers.follow();
    numbers.publish(4);
    await turn();
    expect(first.writes).toEqual([[1, 2, 3, 4]]);
    expect(newcomer.writes).toEqual([[2, 3, 4]]);
    numbers.publish(5);
    await turn();
    expect(newcomer.chunks[1]).toBe(first.chunks[1]);
  });

  it("encodes what goes to everybody once, also for those who are not in step", async () => {
    const numbers = new Numbers({ replay: 1 });
    numbers.publish(1);
    const outlets = [numbers.follow(), numbers.follow()];
    numbers.publish(2, 3);
    await turn();
    expect(outlets.map(({ writes }) => writes)).toEqual([[[1, 2, 3]], [[1, 2, 3]]]);
    const counts = [...numbers.encoding.encoded].map(([{ n }, times]) => [n, times]);
    // The replay is for each newcomer alone.
    expect(counts).toEqual([
      [1, 2],
      [2, 1],
      [3, 1],
    ]);
  });

  it("has an item as often as it is published", async () => {
    const numbers = new Numbers();
    const outlets = [numbers.follow(), numbers.follow()];
    const item = { n: 7 };
    for (let i = 0; i < 3; i++) void numbers.topic.publish(item);
    numbers.publish(8);
    await turn();
    expect(outlets.map(({ writes }) => writes)).toEqual([[[7, 7, 7, 8]], [[7, 7, 7, 8]]]);
  });

  it("keeps nothing of what the turns before it have written", async () => {
    const numbers = new Numbers();
    numbers.follow();
    const { batch } = numbers.broadcast;
    numbers.publish(1);
    await turn();
    expect(numbers.broadcast.batch).not.toBe(batch);
    expect(numbers.broadcast.batch.slice(0, 1)).toEqual([]);
  });

  it("ends for what a write publishes with the next one", async () => {
    const numbers = new Numbers();
    const outlet = numbers.follow(
      new OutletRecorder(Number.POSITIVE_INFINITY, ([n]) => {
        if (n === 1) numbers.publish(2);
      }),
    );
    const other = numbers.follow();
    numbers.publish(1);
    await turn();
    expect(outlet.writes).toEqual([[1]]);
    // Its turn was not over yet.
    expect(other.writes).toEqual([[1, 2]]);
    await turn();
    expect(outlet.writes).toEqual([[1], [2]]);
    expect(other.writes).toEqual([[1, 2]]);
  });

  it("is written before its end to those who cannot wait for it", async () => {
    const numbers = new Numbers();
    const outlet = numbers.follow();
    numbers.publish(1);
    outlet.member!.flush();
    outlet.member!.close();
    expect(outlet.writes).toEqual([[1]]);
    await turn();
    expect(outlet.writes).toEqual([[1]]);
  });

  it("of more than a thousand items counts as back-pressure until it ends", async () => {
    const numbers = new Numbers({ queueSize: 2 });
    const outlet = numbers.follow();
    numbers.publish(...Array.from({ length: 1_030 }, (_, n) => n));
    await turn();
    expect(outlet.writes.map((each) => each.length)).toEqual([1_024]);
    await turn();
    expect(outlet.writes[1]).toEqual([1_028, 1_029]);
    expect(numbers.topic.stats()).toMatchObject({ dropped: 4, blocked: 0, queued: 0 });
  });
});

describe("a subscriber that is back-pressured", () => {
  it("is written what is left for it once it has drained; the others are in step", async () => {
    const numbers = new Numbers({ queueSize: 2 });
    const slow = numbers.follow(new OutletRecorder(1));
    const other = numbers.follow();
    numbers.publish(1);
    await turn();
    numbers.publish(2, 3, 4);
    await turn();
    expect(slow.writes).toEqual([[1]]);
    slow.drain();
    numbers.publish(5);
    await turn();
    expect(slow.writes).toEqual([[1], [3, 4, 5]]);
    expect(other.writes).toEqual([[1], [2, 3, 4], [5]]);
    expect(numbers.topic.stats()).toMatchObject({ dropped: 1, queued: 0 });
  });

  it('keeps a publisher waiting with "fifo", until it drains', async () => {
    const numbers = new Numbers({ policy: "fifo" });
    const slow = numbers.follow(new OutletRecorder(1));
    numbers.publish(1);
    await turn();
    const [, published] = numbers.publish(2, 3);
    let done = false;
    void published!.then(() => {
      done = true;
    });
    await turn();
    expect(done).toBe(false);
    slow.drain();
    await published;
    await turn();
    expect(slow.writes).toEqual([[1], [2, 3]]);
  });

  it("drains in vain while something is still to be written: the write decides", async () => {
    const numbers = new Numbers({ queueSize: 1 });
    const slow = numbers.follow(
      new OutletRecorder(1, ([n]) => {
        if (n === 1) numbers.publish(2);
      }),
    );
    numbers.publish(1);
    await turn();
    // 2 came before the write of 1 told of back-pressure, 3 after it.
    numbers.publish(3);
    slow.drain();
    await turn();
    await turn();
    expect(slow.writes).toEqual([[1], [2], [3]]);
  });
});

describe("the end", () => {
  it("comes after what was given before it, at once", () => {
    const numbers = new Numbers();
    const outlet = numbers.follow();
    numbers.publish(1, 2);
    const error = new Error("over");
    numbers.topic.close(error);
    expect([outlet.writes, outlet.ended]).toEqual([[[1, 2]], error]);
    expect(numbers.emptied).toBe(1);
  });

  it("writes what is queued first, if it is a normal one", async () => {
    const numbers = new Numbers({ queueSize: 2 });
    const slow = numbers.follow(new OutletRecorder(1));
    numbers.publish(1);
    await turn();
    numbers.publish(2, 3);
    numbers.topic.close();
    expect([slow.writes, slow.ended]).toEqual([[[1], [2, 3]], "normally"]);
    await turn();
    expect(slow.faults).toEqual([]);
  });

  it("is not told to a subscriber that leaves, and nothing is written after it has left", async () => {
    const numbers = new Numbers();
    const outlet = numbers.follow();
    numbers.publish(1);
    outlet.member!.close();
    outlet.member!.close();
    await turn();
    expect([outlet.writes, outlet.ended]).toEqual([[], undefined]);
    expect([numbers.emptied, numbers.topic.size]).toEqual([1, 0]);
  });

  it("finds a subscriber gone that leaves from within its last write", () => {
    const numbers = new Numbers();
    const outlet: OutletRecorder = new OutletRecorder(Number.POSITIVE_INFINITY, () =>
      outlet.member!.close(),
    );
    numbers.follow(outlet);
    const other = numbers.follow();
    numbers.publish(1);
    numbers.topic.endSubscribers();
    expect([outlet.ended, other.ended]).toEqual([undefined, "normally"]);
    // Counted once: else the broadcast would be thought empty while others follow it.
    expect(numbers.emptied).toBe(1);
  });

  it("may come from within a write of somebody else", async () => {
    const numbers = new Numbers();
    const second = new OutletRecorder();
    numbers.follow(new OutletRecorder(1, () => second.member!.close()));
    numbers.follow(second);
    numbers.publish(1);
    await turn();
    expect(second.writes).toEqual([]);
  });

  it("comes at once where the replay cannot be encoded", () => {
    const error = new Error("unspeakable");
    const numbers = new Numbers({ replay: 2 }, (n) => (n === 2 ? error : undefined));
    numbers.publish(1, 2);
    const outlet = numbers.follow();
    expect([outlet.writes, outlet.ended]).toEqual([[[1]], error]);
    expect([numbers.emptied, numbers.topic.size]).toEqual([1, 0]);
  });

  it("meets only those whose encoding fails", async () => {
    const error = new Error("unspeakable");
    const { topic, broadcast } = new Numbers();
    const picky = new Broadcast(topic, new TextEncoding((n) => (n === 2 ? error : undefined)));
    const [ended, other] = [new OutletRecorder(), new OutletRecorder()];
    picky.subscribe(ended);
    broadcast.subscribe(other);
    for (const n of [1, 2, 3]) void topic.publish({ n });
    await turn();
    expect([ended.writes, ended.ended]).toEqual([[[1]], error]);
    expect([other.writes, other.ended]).toEqual([[[1, 2, 3]], undefined]);
  });

  it("of a subscription that is refused counts nobody", () => {
    const numbers = new Numbers({ maxSubscribers: 1 });
    const outlet = numbers.follow();
    expect(() => numbers.follow()).toThrow("as many as it may have");
    expect(numbers.emptied).toBe(0);
    outlet.member!.close();
    expect(numbers.emptied).toBe(1);
  });
});
