import { expect } from "vitest";
import type { ListenOptions } from "../../src/index.js";
import { App, type AppOptions, type RpcErrorContext, type RunningServer } from "../../src/index.js";
import type { RawAnswer, RawClient, RawRequest } from "../support/raw-http.js";
import { Probe, probePath } from "./probe.js";
import {
  type Framing,
  type Outcome,
  outcomeOf,
  rawClient,
  requestBody,
  requestHeaders,
  type Wire,
  wires,
} from "./wire.js";

/** One RPC over one wire. */
export interface Cell extends Wire {
  readonly rpc: string;
  readonly framing: Framing;
  /** For tables of results: `grpc-json-h2 Collect`. */
  readonly name: string;
}

/** Each of these RPCs over every wire that carries it. */
export function cellsOf(...rpcs: readonly string[]): Cell[] {
  return rpcs.flatMap((rpc) =>
    wires
      // Bidirectional streams need HTTP/2.
      .filter(({ http }) => rpc !== "Chat" || http === "h2")
      .map((wire) => ({
        ...wire,
        rpc,
        framing: rpc === "Echo" || rpc === "Peek" ? ("unary" as const) : ("stream" as const),
        name: `${wire.protocol}-${wire.codec}-${wire.http} ${rpc}`,
      })),
  );
}

/** All kinds of RPC over every wire. */
export const allCells = cellsOf("Echo", "Repeat", "Collect", "Chat", "Beat");
/** Enough where only the message is bad: how it got here makes no difference to it. */
export const messageCells = allCells.filter(({ http, protocol, rpc }) =>
  protocol === "connect" && rpc === "Echo" ? true : http === "h2",
);
export const jsonCells = messageCells.filter(({ codec }) => codec === "json");
export const binaryCells = messageCells.filter(({ codec }) => codec === "binary");
/** Those where messages come in envelopes. */
export const envelopedCells = allCells.filter(
  ({ protocol, framing }) => protocol !== "connect" || framing === "stream",
);

/** What is sent to a cell; `messages` are framed as its protocol has it, `body` goes as it is. */
export interface CellRequest {
  readonly messages?: readonly (string | Uint8Array)[];
  readonly body?: string | Uint8Array;
  readonly method?: string;
  readonly headers?: RawRequest["headers"];
}

/** An app on a port, with clients that speak HTTP as they are told. */
export class WireRig implements AsyncDisposable {
  readonly #clients: RawClient[] = [];
  #sharedH2: RawClient | undefined;

  private constructor(
    readonly app: App,
    readonly server: RunningServer,
    /** What `onError` was told. */
    readonly reported: { error: unknown; context: RpcErrorContext }[],
  ) {}

  static async start(
    options: Partial<AppOptions> = {},
    listen: Omit<ListenOptions, "port"> = {},
  ): Promise<WireRig> {
    const reported: WireRig["reported"] = [];
    const app = new App({
      name: "rig",
      services: [new Probe()],
      onError: (error, context) => reported.push({ error, context }),
      ...options,
    });
    await app.finalize();
    return new WireRig(app, await app.listen({ ...listen, port: 0 }), reported);
  }

  /** A client of its own: for HTTP/2 a connection of its own. */
  client(http: Wire["http"]): RawClient {
    const client = rawClient(http, this.server.url);
    this.#clients.push(client);
    return client;
  }

  /**
   * Asks a cell. All HTTP/2 requests share one connection: what happens to one of them must not
   * disturb the others.
   */
  async ask(cell: Cell, request: CellRequest): Promise<Outcome> {
    const { messages = [], method, body = requestBody(cell, cell.framing, messages) } = request;
    this.#sharedH2 ??= this.client("h2");
    const client = cell.http === "h2" ? this.#sharedH2 : this.client("h1");
    const answer = await client.ask({
      method,
      path: probePath(cell.rpc),
      headers: { ...requestHeaders(cell, cell.framing), ...request.headers },
      body,
    });
    const outcome = outcomeOf(cell, cell.framing, answer);
    expectHttpStatus(cell, outcome, answer);
    return outcome;
  }

  /** Asks many cells, and gathers `code: message` of each. */
  async survey(
    cells: readonly Cell[],
    request: (cell: Cell) => CellRequest,
  ): Promise<Record<string, string>> {
    const results: Record<string, string> = {};
    for (const cell of cells) {
      const { code, message } = await this.ask(cell, request(cell));
      results[cell.name] = `${code}: ${message}`;
    }
    return results;
  }

  /** Checks that the app answers over every wire, also on a connection that saw bad requests. */
  async expectServing(): Promise<void> {
    const cells = cellsOf("Echo");
    const results = await this.survey(cells, ({ codec }) => ({
      messages: [codec === "json" ? "{}" : ""],
    }));
    expect(results).toEqual(each(cells, "ok: "));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client[Symbol.asyncDispose]()));
    await this.app.close({ graceMs: 1_000 });
    expect(this.server.connections).toBe(0);
  }
}

/** The same result, or one that depends on the cell, for each of the cells. */
export function each(
  cells: readonly Cell[],
  result: string | ((cell: Cell) => string),
): Record<string, string> {
  return Object.fromEntries(
    cells.map((cell) => [cell.name, typeof result === "string" ? result : result(cell)]),
  );
}

/** https://connectrpc.com/docs/protocol#error-codes, written down here a second time. */
const httpStatus: Record<string, number> = {
  ok: 200,
  canceled: 499,
  unknown: 500,
  invalid_argument: 400,
  deadline_exceeded: 504,
  not_found: 404,
  already_exists: 409,
  permission_denied: 403,
  resource_exhausted: 429,
  failed_precondition: 400,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  data_loss: 500,
  unauthenticated: 401,
};

function expectHttpStatus({ protocol, framing, name }: Cell, { code }: Outcome, answer: RawAnswer) {
  if (code.startsWith("HTTP ")) return;
  const expected = protocol === "connect" && framing === "unary" ? httpStatus[code] : 200;
  expect(answer.status, name).toBe(expected);
}
