/**
 * For browsers and other callers: nothing here imports the server.
 *
 * @module
 */

export {
  type ErrorDetail,
  ErrorDetailSchema,
  type FieldViolation,
  FieldViolationSchema,
} from "../gen/sluice/errors/v1/errors_pb.js";
export type { Expectation } from "../log/append/append-request.js";
export type { LogStatus } from "../log/event-log-status.js";
export type { StreamVersion } from "../log/follow/subscribe-request.js";
export type {
  Event,
  EventId,
  EventType,
  JsonValue,
  NewEvent,
  NewPayload,
  Payload,
} from "../log/model/event.js";
export type { QueryType } from "../log/model/query-type.js";
export type { Timestamp } from "../log/model/timestamp.js";
export type { Backoff } from "./events/backoff.js";
export type { Clock } from "./events/clock.js";
export { type AppendOptions, EventClient, type EventClientOptions } from "./events/event-client.js";
export type { Appended } from "./events/from-messages.js";
export type { PagedEvents } from "./events/paged-events.js";
export type {
  EventPage,
  LatestQuery,
  ServerQuery,
  StreamPage,
  StreamQuery,
  TimeseriesQuery,
} from "./events/queries.js";
export type { SubscribeOptions, SubscriptionItem } from "./events/subscribe-options.js";
export { timestampFromDate, timestampToDate } from "./events/timestamps.js";
export type { EventBatch } from "./events/to-messages.js";
export { type SluiceErrorInfo, sluiceError } from "./sluice-error.js";
