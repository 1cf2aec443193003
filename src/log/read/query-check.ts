import { type FieldViolation, SluiceError } from "../../errors.js";
import { keyProblem } from "../append/prepared-event.js";
import type { EventId } from "../model/event.js";
import type { QueryType } from "../model/query-type.js";
import { Subscription } from "../model/subscription.js";
import { isTimestamp, type Timestamp } from "../model/timestamp.js";
import { momentOf } from "../moment.js";
import { maxInstance, maxSeconds, maxServer, maxSession, minSeconds } from "../tables.js";

import type { TimeRange } from "./time-bounds.js";

/** Collects what is wrong with a query, so that one error can name all of it. */
export class QueryCheck {
  readonly #violations: FieldViolation[] = [];

  refuse(field: string, description: string): void {
    this.#violations.push({ field, description });
  }

  /** The events of a page. */
  limit(limit: unknown, max: number): number {
    if (limit === undefined) return max;
    if (Number.isSafeInteger(limit) && (limit as number) >= 0)
      return Math.min(limit as number, max);
    this.refuse("limit", "must be a whole number of at least 0");
    return 0;
  }

  /** What types a query asks for; all if it does not say. */
  types(types: readonly QueryType[] | undefined): Subscription {
    if (types === undefined) return Subscription.all;
    return Subscription.of(types);
  }

  /** Times as storage knows them; `undefined` if no event can have such a time. */
  timeRange(
    [fromField, from]: readonly [string, Timestamp | undefined],
    [toField, to]: readonly [string, Timestamp | undefined],
  ): TimeRange | undefined {
    this.#timestamp(fromField, from);
    this.#timestamp(toField, to);
    if (from !== undefined && from.seconds > maxSeconds) return undefined;
    if (to !== undefined && to.seconds < minSeconds) return undefined;
    return {
      from: from === undefined || from.seconds < minSeconds ? undefined : momentOf(from),
      to: to === undefined || to.seconds > maxSeconds ? undefined : momentOf(to),
    };
  }

  #timestamp(field: string, timestamp: Timestamp | undefined): void {
    if (timestamp === undefined || isTimestamp(timestamp)) return;
    this.refuse(field, "must be a timestamp: { seconds: bigint, micros: 0 to 999,999 }");
  }

  one<T extends string>(field: string, value: T, of: readonly T[]): T {
    if (!of.includes(value)) {
      this.refuse(field, `must be ${of.map((each) => JSON.stringify(each)).join(" or ")}`);
    }
    return value;
  }

  eventId(field: string, { server, session, instance }: EventId): void {
    this.integer(`${field}.server`, server, 0, maxServer);
    this.integer(`${field}.session`, session, 0, maxSession);
    this.integer(`${field}.instance`, instance, 0, maxInstance);
  }

  key(field: string, key: unknown, maxBytes: number): void {
    const problem = keyProblem(key, maxBytes);
    if (problem !== undefined) this.refuse(field, problem);
  }

  integer(field: string, value: unknown, min: number, max: number): void {
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return;
    this.refuse(field, `must be a whole number from ${min} to ${max}`);
  }

  /** @throws SluiceError `query_invalid` if anything was wrong. */
  finish(): void {
    if (this.#violations.length === 0) return;
    const text = this.#violations.map(({ field, description }) => `${field} ${description}`);
    throw new SluiceError("query_invalid", text.join("; "), { violations: this.#violations });
  }
}

export function invalidCursor(): SluiceError {
  const description = "is of no page of this query";
  return new SluiceError("query_invalid", `cursor ${description}`, {
    violations: [{ field: "cursor", description }],
  });
}
