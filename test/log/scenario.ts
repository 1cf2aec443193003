import { SluiceError } from "../../src/errors.js";
import { EventLog } from "../../src/log/event-log.js";
import type { LogOptions } from "../../src/log/log-options.js";
import type { ConditionRule } from "../../src/log/model/condition.js";
import type { Event, EventId, Payload } from "../../src/log/model/event.js";
import type { QueryType } from "../../src/log/model/query-type.js";
import { Subscription } from "../../src/log/model/subscription.js";
import type { RetentionRule } from "../../src/log/retention/retention-rule.js";
import type { Storage } from "../../src/log/storage/storage.js";
import { timestampOf, type VectorTimestamp } from "./vectors.js";

/** A row of backend_scenarios.json and its like: see the `about` of that file. */
export interface Scenario {
  readonly name: string;
  readonly conf: ScenarioConf;
  readonly steps: readonly ScenarioStep[];
}

interface ScenarioConf {
  readonly latest?: readonly QueryType[];
  readonly timeseries?: readonly Partition[];
  readonly conditions?: readonly { subscriptions: readonly QueryType[]; condition: unknown }[];
  readonly timeseries_max_results?: number;
  readonly identifier?: string | null;
}

interface Partition {
  readonly order_by: "TIMESTAMP" | "SOURCE_TIMESTAMP";
  readonly subscriptions: readonly QueryType[];
  readonly limit?: ScenarioLimit;
}

interface ScenarioLimit {
  readonly min_entries?: number;
  readonly max_entries?: number;
  readonly duration?: number;
  readonly size?: number;
}

interface ScenarioEvent {
  readonly id: EventId;
  readonly type: readonly string[];
  readonly timestamp: VectorTimestamp;
  readonly source_timestamp: VectorTimestamp | null;
  readonly payload: { json: never } | { binary: { type: string; data_hex: string } } | null;
}

interface ScenarioStep {
  readonly op: string;
  readonly events?: readonly ScenarioEvent[];
  readonly now?: VectorTimestamp;
  readonly server_id?: number;
  readonly conf?: Partial<ScenarioConf>;
  readonly params?: ScenarioParams;
  readonly expect?: unknown;
  readonly expect_error?: unknown;
  readonly restore_conf?: unknown;
}

interface ScenarioParams {
  readonly kind: "latest" | "timeseries" | "server";
  readonly event_types?: readonly QueryType[] | null;
  readonly t_from?: VectorTimestamp | null;
  readonly t_to?: VectorTimestamp | null;
  readonly source_t_from?: VectorTimestamp | null;
  readonly source_t_to?: VectorTimestamp | null;
  readonly order?: "ASCENDING" | "DESCENDING";
  readonly order_by?: "TIMESTAMP" | "SOURCE_TIMESTAMP";
  readonly max_results?: number | null;
  readonly last_event_id?: EventId | null;
  readonly server_id?: number;
  readonly persisted?: boolean;
}

/** What a query step expects. */
export interface ScenarioAnswer {
  readonly ids: readonly (readonly [number, number, number])[];
  readonly more_follows: boolean;
}

/** Plays a scenario on a storage and compares every answer. */
export async function playScenario(
  { conf, steps }: Scenario,
  makeStorage: () => Storage,
  check: (actual: unknown, expected: unknown, step: number) => void,
  skip: (reason: string) => void,
): Promise<void> {
  let current = conf;
  let hasUnflushed = false;
  const storage = makeStorage();
  let log = await EventLog.open(optionsOf(current, storage));
  try {
    for (const [i, step] of steps.entries()) {
      switch (step.op) {
        case "register":
          await log.import(step.events!.map(eventOf).filter((event) => isKept(event, current)));
          hasUnflushed = true;
          // There, what has become superfluous goes by itself; limits wait.
          if (!isLimited(current)) await log.cleanUp({ now: timestampOf({ s: 0, us: 0 }) });
          break;
        case "flush":
          hasUnflushed = false;
          break;
        case "cleanup":
          if (hasUnflushed) skip(`step ${i} cleans up what is on disk: here, that is everything`);
          else await log.cleanUp({ now: timestampOf(step.now!) });
          break;
        case "reopen":
          hasUnflushed = false;
          await log.close();
          if (step.expect_error) {
            const wrong = EventLog.open(optionsOf({ ...current, ...step.conf }, storage));
            check(await refused(wrong), true, i);
          } else current = { ...current, ...step.conf };
          log = await EventLog.open(optionsOf(current, storage));
          break;
        case "last_event_id": {
          const { server, session, instance } = log.lastEventId(step.server_id!);
          check([server, session, instance], step.expect, i);
          break;
        }
        case "query": {
          const reason =
            hasUnflushed && step.params!.persisted
              ? "asks for what is on disk: here, what is not is never seen"
              : await otherPartition(log, step.params!, current);
          if (reason !== undefined) skip(`step ${i} ${reason}`);
          else check(await answered(ask(log, step.params!, current)), normalized(step), i);
          break;
        }
        default:
          throw new Error(`unknown step ${step.op}`);
      }
    }
  } finally {
    await log.close();
  }
}

function optionsOf(conf: ScenarioConf, storage: Storage): LogOptions {
  return {
    storage,
    conditions: (conf.conditions ?? []).map(({ subscriptions, condition }) => ({
      types: subscriptions,
      condition: conditionOf(condition as VectorCondition),
    })),
    latest: { types: conf.latest ?? [] },
    ...(conf.identifier && { identifier: conf.identifier }),
    // Whatever is in no timeseries is kept as long as it is the latest.
    retention: [...(conf.timeseries ?? []).map(ruleOf), { types: [["*"]], maxEntries: 0 }],
    ...(conf.timeseries_max_results && { limits: { maxPageEvents: conf.timeseries_max_results } }),
  };
}

function ruleOf({ subscriptions, order_by, limit }: Partition): RetentionRule {
  return {
    types: subscriptions,
    orderBy: order_by === "TIMESTAMP" ? "timestamp" : "sourceTimestamp",
    minEntries: limit?.min_entries,
    maxEntries: limit?.max_entries,
    maxAgeSeconds: limit?.duration,
    maxBytes: limit?.size,
  };
}

function isLimited({ timeseries = [] }: ScenarioConf): boolean {
  return timeseries.some(({ limit }) => limit !== undefined);
}

/** The anchor does not store what none of its parts asks for; ours stores all that it is given. */
function isKept({ type, sourceTimestamp }: Event, conf: ScenarioConf): boolean {
  const { latest = [], timeseries = [] } = conf;
  const isLatest = Subscription.of(latest).matches(type);
  return (
    isLatest ||
    timeseries.some(
      ({ subscriptions, order_by }) =>
        (order_by === "TIMESTAMP" || sourceTimestamp !== undefined) &&
        Subscription.of(subscriptions).matches(type),
    )
  );
}

interface VectorCondition {
  readonly type: "all" | "any" | "json";
  readonly conditions?: readonly VectorCondition[];
  readonly data_path?: never;
  readonly data_type?: never;
  readonly data_value?: never;
}

function conditionOf(condition: VectorCondition): ConditionRule["condition"] {
  const { type, conditions, data_path, data_type, data_value } = condition;
  if (type !== "json") return { type, conditions: conditions!.map(conditionOf) };
  return {
    type,
    ...("data_path" in condition && { path: data_path }),
    ...("data_type" in condition && { dataType: data_type }),
    ...("data_value" in condition && { value: data_value }),
  };
}

async function ask(log: EventLog, params: ScenarioParams, conf: ScenarioConf): Promise<unknown> {
  const { kind, event_types, max_results, last_event_id } = params;
  const limit = max_results ?? undefined;
  if (kind === "latest") {
    // What the anchor keeps no latest event of, is not asked for here.
    const types = within(event_types, conf.latest ?? []);
    const { events, cursor } = await log.queryLatest({ types });
    return answer(events, cursor, true);
  }
  if (kind === "server") {
    const query = { server: params.server_id!, limit, after: last_event_id ?? undefined };
    const { events, cursor } = await log.queryServer(query);
    return answer(events, cursor, false);
  }
  const orderBy = params.order_by ?? "TIMESTAMP";
  const { events, cursor } = await log.queryTimeseries({
    types: within(event_types, partitionOf(params, conf)),
    from: time(params.t_from),
    to: time(params.t_to),
    sourceFrom: time(params.source_t_from),
    sourceTo: time(params.source_t_to),
    order: params.order === "ASCENDING" ? "ascending" : "descending",
    orderBy: orderBy === "TIMESTAMP" ? "timestamp" : "sourceTimestamp",
    limit,
    after: last_event_id ?? undefined,
  });
  return answer(events, cursor, false);
}

/** The anchor looks into the first part alone that may hold what is asked for. */
function partitionOf(params: ScenarioParams, { timeseries = [] }: ScenarioConf) {
  const orderBy = params.order_by ?? "TIMESTAMP";
  const asked = params.event_types ? Subscription.of(params.event_types) : Subscription.all;
  const partition = timeseries.find(
    ({ order_by, subscriptions }) =>
      order_by === orderBy && !Subscription.of(subscriptions).isDisjoint(asked),
  );
  return partition?.subscriptions ?? [];
}

async function otherPartition(
  log: EventLog,
  params: ScenarioParams,
  conf: ScenarioConf,
): Promise<string | undefined> {
  const { last_event_id: last, kind } = params;
  if (kind !== "timeseries" || !last) return undefined;
  const after = { ...last, instance: last.instance - 1 };
  const { events } = await log.queryServer({ server: last.server, after, limit: 1 });
  const [event] = events;
  if (event === undefined || event.id.instance !== last.instance) return undefined;
  const isThere = Subscription.of(partitionOf(params, conf)).matches(event.type);
  return isThere ? undefined : "begins after an event that the anchor has in another part";
}

async function refused(opening: Promise<EventLog>): Promise<boolean> {
  try {
    await (await opening).close();
    return false;
  } catch {
    return true;
  }
}

async function answered(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SluiceError && error.code === "query_invalid") return { error: true };
    throw error;
  }
}

function within(
  asked: readonly QueryType[] | null | undefined,
  kept: readonly QueryType[],
): readonly QueryType[] {
  const all = Subscription.of(kept);
  return (asked ? all.intersection(Subscription.of(asked)) : all).queryTypes;
}

function time(timestamp: VectorTimestamp | null | undefined) {
  return timestamp ? timestampOf(timestamp) : undefined;
}

function answer(events: readonly Event[], cursor: string | undefined, sorted: boolean) {
  const ids = events.map(({ id: { server, session, instance } }) => [server, session, instance]);
  return { ids: sorted ? ids.sort(compareIds) : ids, more_follows: cursor !== undefined };
}

function normalized({ params, expect }: ScenarioStep): unknown {
  if (!("ids" in (expect as object))) return { error: true };
  const { ids, more_follows } = expect as ScenarioAnswer;
  if (params!.kind !== "latest") return expect;
  return { ids: [...ids].sort(compareIds), more_follows };
}

function compareIds(a: readonly number[], b: readonly number[]): number {
  return a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!;
}

function eventOf(event: ScenarioEvent): Event {
  return {
    id: event.id,
    type: event.type,
    timestamp: timestampOf(event.timestamp),
    sourceTimestamp: time(event.source_timestamp),
    payload: payloadOf(event.payload),
  };
}

function payloadOf(payload: ScenarioEvent["payload"]): Payload | undefined {
  if (payload === null) return undefined;
  if ("json" in payload) return { json: payload.json };
  const { type, data_hex } = payload.binary;
  return { binary: { type, data: Buffer.from(data_hex, "hex") } };
}
