import { type Exchange, stuck } from "./answer.js";
import type { Case } from "./case.js";
import type { Plain } from "./describe.js";
import { unlessStuck } from "./guard.js";
import { Http1Client } from "./http1-client.js";
import { Http2Client } from "./http2-client.js";
import { normalizedExchange } from "./normalize.js";
import { Stand, type StandOptions } from "./stand.js";

/** What became of some cases that were sent at the same time. */
export interface RoundResult {
  /** By the case's id: what its client saw, and what the server side did. */
  readonly cases: { readonly [id: string]: Plain };
  /** Of all of them together: nothing tells which call an error belongs to. */
  readonly reported: readonly Plain[];
}

const stuckExchange: Exchange = { answer: stuck, connection: "unusable" };

/** One of the two apps that are compared, with the connections to it. */
export class Side implements AsyncDisposable {
  readonly #stand: Stand;
  /** All that are open, those included whose exchange is stuck. */
  readonly #clients = new Set<Http1Client | Http2Client>();
  /** Each is used by one case at a time. */
  readonly #http1: (Http1Client | undefined)[] = [];
  #http2: Http2Client | undefined;

  static async start(options: StandOptions): Promise<Side> {
    return new Side(await Stand.start(options));
  }

  private constructor(stand: Stand) {
    this.#stand = stand;
  }

  /** Sends cases at the same time, and resolves when everything about them is over. */
  async perform(cases: readonly Case[]): Promise<RoundResult> {
    const { witness } = this.#stand;
    if (this.#http2?.isWornOut) {
      this.#close(this.#http2);
      this.#http2 = undefined;
    }
    if (this.#http2 === undefined && cases.some(({ http }) => http === "h2")) {
      const opened = await unlessStuck(Http2Client.open(this.#stand.ports.h2));
      if (opened === undefined) throw new Error("no HTTP/2 connection could be opened");
      this.#http2 = this.#keep(opened);
    }
    const exchanges = await Promise.all(
      cases.map(async (request, slot) => {
        // Longer than all the steps of an exchange may wait.
        return (await unlessStuck(this.#exchange(request, slot), 30_000)) ?? stuckExchange;
      }),
    );
    const isQuiet = await unlessStuck(witness.quiet().then(() => true));
    const { cases: seen, reported } = witness.take();
    const results: Record<string, Plain> = {};
    cases.forEach(({ id }, at) => {
      const wire = normalizedExchange(exchanges[at]!);
      results[id] = { wire, seen: seen[id] ?? [], next: seen[`${id}.next`] ?? [] };
    });
    const known = new Set(cases.flatMap(({ id }) => [id, `${id}.next`]));
    for (const id of Object.keys(seen))
      if (!known.has(id)) results[`unknown case ${id}`] = seen[id]!;
    if (!isQuiet) results.stuck = "a method never saw its signal abort";
    return { cases: results, reported };
  }

  async #exchange(request: Case, slot: number): Promise<Exchange> {
    const begun = this.#stand.witness.begun(request.id);
    if (request.http === "h2") return this.#exchange2(request, begun);
    const client = this.#http1[slot] ?? this.#keep(await Http1Client.open(this.#stand.ports.h1));
    this.#http1[slot] = undefined;
    const exchange = await client.exchange(request, begun);
    if (exchange.connection === "open") this.#http1[slot] = client;
    else this.#close(client);
    return exchange;
  }

  async #exchange2(request: Case, begun: Promise<void>): Promise<Exchange> {
    if (request.leave?.how !== "session") return this.#http2!.exchange(request, begun);
    // The others on the shared connection are to stay.
    const client = this.#keep(await Http2Client.open(this.#stand.ports.h2));
    const exchange = await client.exchange(request, begun);
    this.#close(client);
    return exchange;
  }

  /** Forgets all connections, so that nothing that happened on them matters any more. */
  reset(): void {
    for (const client of this.#clients) client.close();
    this.#clients.clear();
    this.#http1.length = 0;
    this.#http2 = undefined;
  }

  #keep<C extends Http1Client | Http2Client>(client: C): C {
    this.#clients.add(client);
    return client;
  }

  #close(client: Http1Client | Http2Client): void {
    this.#clients.delete(client);
    client.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.reset();
    await this.#stand[Symbol.asyncDispose]();
  }
}
