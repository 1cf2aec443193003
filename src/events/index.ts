/**
 * The event store: a durable, ordered log of events, and the plugin that serves it.
 *
 * @module
 */

export type {
  AppendLimits,
  AppendOptions,
  AppendResult,
  Expectation,
} from "../log/append/append-request.js";
export type { SkipReason } from "../log/append/arriving.js";
export type { ImportAllOptions, ImportProgress } from "../log/append/import-all.js";
export type { ImportResult } from "../log/append/importer.js";
export {
  type Compaction,
  type CompactOptions,
  type CompactProgress,
  compactLog,
} from "../log/compact-log.js";
export { EventLog } from "../log/event-log.js";
export type { LogStatus } from "../log/event-log-status.js";
export type {
  Followed,
  Following,
  StreamVersion,
  SubscribeOptions,
} from "../log/follow/subscribe-request.js";
export type { LogLimits, LogOptions, OpenProgress } from "../log/log-options.js";
export type { Condition, ConditionRule } from "../log/model/condition.js";
export { type Conditions, compileConditions } from "../log/model/conditions.js";
export type {
  Event,
  EventId,
  EventType,
  ImportEvent,
  JsonValue,
  NewEvent,
  NewPayload,
  Payload,
} from "../log/model/event.js";
export {
  compareEventIds,
  formatEventId,
  parseEventId,
  sameEventId,
} from "../log/model/event-id.js";
export { checkEventType, formatEventType, parseEventType } from "../log/model/event-type.js";
export { EventTypeCollection } from "../log/model/event-type-collection.js";
export { compareNaturally } from "../log/model/natural-order.js";
export {
  checkQueryType,
  matchesQueryType,
  parseQueryType,
  type QueryType,
} from "../log/model/query-type.js";
export { Subscription } from "../log/model/subscription.js";
export {
  addSeconds,
  compareTimestamps,
  isTimestamp,
  maxTimestamp,
  minTimestamp,
  type Timestamp,
  timestampFromSeconds,
  timestampToSeconds,
} from "../log/model/timestamp.js";
export { timestampFromBytes, timestampToBytes } from "../log/model/timestamp-bytes.js";
export {
  timestampFromDate,
  timestampFromIso,
  timestampToDate,
  timestampToIso,
} from "../log/model/timestamp-date.js";
export type { LatestQuery } from "../log/read/query-latest.js";
export type { ServerQuery } from "../log/read/query-server.js";
export type { StreamPage, StreamQuery } from "../log/read/query-stream.js";
export type { EventPage, TimeseriesQuery } from "../log/read/timeseries-query.js";
export type { CleanUp } from "../log/retention/cleaner.js";
export type { RetentionRule } from "../log/retention/retention-rule.js";
export { type LmdbOptions, lmdb } from "../log/storage/lmdb.js";
export { memory } from "../log/storage/memory.js";
export type { Change, Entry, Key, KeyRange, Storage } from "../log/storage/storage.js";
export type { Finding, FindingCode } from "../log/verify/finding.js";
export type { VerifyPart, VerifyProgress } from "../log/verify/verify-context.js";
export { type Verification, type VerifyOptions, verifyLog } from "../log/verify/verify-log.js";
export type {
  Module,
  ModuleContext,
  ModuleFactory,
  Processed,
  SessionEnd,
  Source,
} from "./engine/module.js";
export { EventService } from "./event-service.js";
export { type EventsOptions, type EventsPlugin, events } from "./events-plugin.js";
