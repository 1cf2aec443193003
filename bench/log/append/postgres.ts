/**
 * PostgreSQL with the same indexes: events by id, by type and time, by stream and version.
 *
 * A connection does one statement at a time. `connections` of them either carry one append each, or
 * fewer carry together whatever appends wait, which is what one writes to have many in flight.
 */
import pg from "pg";
import type { Load, LoadSpec } from "../../lib/load.js";
import {
  checkCount,
  checkPayload,
  payloadOf,
  streamKeyOf,
  typeCount,
  typeOf,
  versionOf,
} from "../events.js";
import { AppendLoad, type AppendOptions } from "./append-load.js";
import type { Store } from "./store.js";

export interface PostgresOptions extends AppendOptions {
  readonly connections: number;
}

export function postgres(options: PostgresOptions): LoadSpec {
  const checks = ["all events counted", "a sample read back", "by type", "by stream"];
  return { module: import.meta.url, options, checks };
}

export function createLoad(url: string, options: PostgresOptions): Load {
  return new AppendLoad(() => Postgres.open(url, options), options);
}

const schema = `
  drop table if exists events;
  create table events (
    id bigint generated always as identity primary key,
    type text not null,
    time timestamptz not null default clock_timestamp(),
    stream text not null,
    version bigint not null,
    payload bytea not null
  );
  create index on events (type, time);
  create unique index on events (stream, version);
`;

/** Rows of one statement, at most. */
const maxRows = 100;

interface Append {
  readonly number: number;
  readonly count: number;
  resolve(): void;
  reject(error: unknown): void;
}

class Postgres implements Store {
  readonly first = 0;
  private readonly idle: pg.Client[];
  private readonly waiting: Append[] = [];

  private constructor(private readonly clients: readonly pg.Client[]) {
    this.idle = [...clients];
  }

  static async open(host: string, { connections }: PostgresOptions): Promise<Postgres> {
    const clients = Array.from(
      { length: connections },
      () => new pg.Client({ host, user: "bench", database: "postgres" }),
    );
    await Promise.all(clients.map((client) => client.connect()));
    await clients[0]?.query(schema);
    return new Postgres(clients);
  }

  append(number: number, count: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.waiting.push({ number, count, resolve, reject });
      this.goOn();
    });
  }

  async finish(): Promise<void> {
    await Promise.all(this.clients.slice(1).map((client) => client.end()));
  }

  async verify(end: number): Promise<void> {
    const [client] = this.clients;
    if (!client) return;
    const count = async (where: string, value: string) => {
      const { rows } = await client.query<{ count: string }>(
        `select count(*) from events where ${where} = $1`,
        [value],
      );
      return Number(rows[0]?.count);
    };
    const { rows } = await client.query<{ count: string }>("select count(*) from events");
    checkCount("events in PostgreSQL", Number(rows[0]?.count), end);
    checkCount("events of a type", await count("type", typeName(0)), Math.ceil(end / typeCount));
    checkCount("events of a stream", await count("stream", streamKeyOf(0)), versionOf(end - 1));
    for (let number = 0; number < end; number += Math.ceil(end / 100)) {
      const found = await client.query<{ payload: Buffer }>(
        "select payload from events where stream = $1 and version = $2",
        [streamKeyOf(number), versionOf(number)],
      );
      checkPayload(number, found.rows[0]?.payload);
    }
    await client.query("drop table events");
    await client.end();
  }

  private goOn(): void {
    if (this.waiting.length === 0) return;
    const client = this.idle.pop();
    if (client === undefined) return;
    // Whatever waits for a connection goes together.
    let rows = 0;
    const fitting = this.waiting.findIndex(({ count }) => {
      rows += count;
      return rows > maxRows;
    });
    const appends = this.waiting.splice(0, fitting < 0 ? this.waiting.length : fitting);
    insert(client, appends)
      .then(
        () => {
          for (const append of appends) append.resolve();
        },
        (error) => {
          for (const append of appends) append.reject(error);
        },
      )
      .finally(() => {
        this.idle.push(client);
        this.goOn();
      });
  }
}

function typeName(number: number): string {
  return typeOf(number).join("/");
}

/** One statement, and thus one transaction, prepared once for each number of rows. */
async function insert(client: pg.Client, appends: readonly Append[]): Promise<void> {
  const numbers = appends.flatMap(({ number, count }) =>
    Array.from({ length: count }, (_, i) => number + i),
  );
  const { rowCount } = await client.query({
    name: `insert ${numbers.length}`,
    text: statement(numbers.length),
    values: numbers.flatMap((number) => [
      typeName(number),
      streamKeyOf(number),
      versionOf(number),
      payloadOf(number),
    ]),
  });
  checkCount("rows inserted", rowCount ?? 0, numbers.length);
}

const statements = new Map<number, string>();

function statement(rows: number): string {
  let text = statements.get(rows);
  if (text === undefined) {
    const values = Array.from(
      { length: rows },
      (_, i) => `($${4 * i + 1}, $${4 * i + 2}, $${4 * i + 3}, $${4 * i + 4})`,
    );
    text = `insert into events (type, stream, version, payload) values ${values.join(", ")}`;
    statements.set(rows, text);
  }
  return text;
}
