/** The process of the clients. Told what to do by its parent; answers with a `LoadReport`. */
import { once } from "node:events";
import { encoded, textIn } from "../rpc/feeds.js";
import { probePath } from "../rpc/probe.js";
import { outcomeOf, rawClient, requestBody, requestHeaders, wires } from "../rpc/wire.js";
import type { RawClient } from "../support/raw-http.js";
import { rawHttp2 } from "../support/raw-http2.js";
import { Random } from "./random.js";
import { contentOf, keys } from "./service.js";
import { type Plan, Visit } from "./visit.js";

export interface LoadOrder {
  readonly url: string;
  readonly seconds: number;
  readonly subscribers: number;
  readonly seed: number;
}

export interface LoadReport {
  readonly joined: number;
  readonly received: number;
  readonly calls: number;
  readonly complaints: readonly string[];
}

/** gRPC needs HTTP/2's trailers. */
const streamWires = wires.filter(({ protocol, http }) => protocol !== "grpc" || http === "h2");

/** How many share a connection of HTTP/2. */
const streamsPerSession = 50;
const meanStayMs = 5_000;

/** A connection of HTTP/2 and who is on it. */
interface Ride {
  readonly client: RawClient & { readonly session: ReturnType<typeof rawHttp2>["session"] };
  readonly visits: Set<Visit>;
}

class Load {
  private joined = 0;
  private received = 0;
  private calls = 0;
  private readonly complaints: string[] = [];
  private readonly random: Random;
  private readonly rides: Ride[];
  private readonly visits = new Set<Visit>();
  private stopped = false;

  constructor(private readonly order: LoadOrder) {
    this.random = new Random(order.seed);
    const sessions = Math.ceil(order.subscribers / 2 / streamsPerSession);
    this.rides = Array.from({ length: sessions }, () => this.ride());
  }

  async run(): Promise<LoadReport> {
    const { seconds, subscribers } = this.order;
    const guests = Array.from({ length: subscribers }, () => this.guest());
    const calling = this.call();
    const breaking = this.breakSessions();
    await pause(seconds * 1_000);
    this.stopped = true;
    for (const visit of this.visits) visit.leave();
    await Promise.all([...guests, calling, breaking]);
    const closed = this.rides.map(({ client }) => once(client.session, "close"));
    for (const { client } of this.rides) client.session.destroy();
    await Promise.all(closed);
    const { joined, received, calls, complaints } = this;
    return { joined, received, calls, complaints };
  }

  /** Comes and goes until it is time. */
  private async guest(): Promise<void> {
    const { random } = this;
    await pause(random.below(1_000));
    while (!this.stopped) {
      const plan = this.plan();
      const name = `${Object.values(plan.wire).join("-")} ${plan.stream} ${plan.accept}`;
      const ride = plan.wire.http === "h2" ? random.pick(this.rides) : undefined;
      const client = ride?.client ?? rawClient("h1", this.order.url);
      const visit = new Visit(client, plan, (what) => this.complain(`${name}: ${what}`));
      this.joined++;
      this.visits.add(visit);
      ride?.visits.add(visit);
      await visit.over;
      this.visits.delete(visit);
      ride?.visits.delete(visit);
      this.received += visit.received;
      await pause(random.waitMs(50));
    }
  }

  private plan(): Plan {
    const { random } = this;
    const reads = !random.chance(5);
    const stream = random.pick(["Ticks", "Log", "Keyed"] as const);
    return {
      wire: random.pick(streamWires),
      stream,
      key: stream === "Keyed" ? random.pick(keys) : "",
      accept: random.pick(["identity", "identity", "gzip", "br"] as const),
      reads,
      // Some are gone before they are answered; who does not read stays until that shows.
      stayMs: random.chance(5) ? random.below(5) : random.waitMs(meanStayMs * (reads ? 1 : 4)),
      departure: random.pick(["cancel", "cancel", "half", "reset"] as const),
      deadlineMs: random.chance(10) ? 1 + random.below(3_000) : undefined,
    };
  }

  /** Unary calls in between. */
  private async call(): Promise<void> {
    while (!this.stopped) {
      const wire = this.random.pick(streamWires);
      const ride = this.random.pick(this.rides);
      const client = wire.http === "h2" ? ride.client : rawClient("h1", this.order.url);
      const text = contentOf(this.random.below(100));
      // Of a connection that was broken in the meantime, Node's client takes what has come for all.
      const isBroken = () => wire.http === "h2" && !this.rides.includes(ride);
      try {
        const answer = await client.ask({
          path: probePath("Echo"),
          headers: requestHeaders(wire, "unary"),
          body: requestBody(wire, "unary", [encoded(wire, text)]),
        });
        const { code, messages } = outcomeOf(wire, "unary", answer);
        const isRight = code === "ok" && textIn(wire, messages[0]!) === text;
        if (!isRight && !isBroken()) this.complain(`echo: ${code}, ${messages.length} messages`);
      } catch (error) {
        if (!isBroken()) this.complain(`echo: ${error}`);
      }
      this.calls++;
      await pause(this.random.waitMs(20));
    }
  }

  private async breakSessions(): Promise<void> {
    while (!this.stopped) {
      await pause(this.random.waitMs(2_000));
      const index = this.random.below(this.rides.length);
      const { client, visits } = this.rides[index]!;
      for (const visit of visits) visit.lost();
      this.rides[index] = this.ride();
      client.session.destroy();
    }
  }

  private ride(): Ride {
    return { client: rawHttp2(this.order.url), visits: new Set() };
  }

  private complain(what: string): void {
    if (this.complaints.length < 20) this.complaints.push(what);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

process.once("message", async (order: LoadOrder) => {
  const report = await new Load(order).run();
  process.send!(report, () => process.disconnect());
});
