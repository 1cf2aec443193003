import type { Job } from "../append/writer.js";
import { type Checkpoint, isIndexed } from "../index/checkpoint.js";
import type { LogIndex } from "../index/log-index.js";
import { sameEventId } from "../model/event-id.js";
import { addSeconds, compareTimestamps, type Timestamp } from "../model/timestamp.js";
import type { TypeTree } from "../model/type-tree.js";
import { type ReadContext, Reading, type ReadLimits } from "../read/log-reader.js";
import { latestOf } from "../read/query-latest.js";
import { queryTimeseries } from "../read/query-timeseries.js";
import { RecordReader } from "../read/record-reader.js";
import type { EventPage } from "../read/timeseries-query.js";
import type { Change, Storage } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import { oldAnswers } from "./answer-retention.js";
import { type Amount, type Kept, sizeOf } from "./kept.js";
import type { Released } from "./released.js";
import { Removal } from "./removal.js";
import type { RetentionRule } from "./retention-rule.js";
import type { RuleBook } from "./rule-book.js";

/** Events that are removed at once. */
const batch = 512;

/** What a cleaner works on. */
export interface CleanerOptions {
  readonly storage: Storage;
  readonly index: LogIndex;
  readonly types: TypeTree;
  readonly book: RuleBook;
  readonly kept: Kept;
  readonly released: Released;
  readonly keepAnswersSeconds: number;
  readonly limits: ReadLimits;
  readonly submit: (job: Job) => void;
}

/** What a clean-up has done. */
export interface CleanUp {
  /** Events that are gone. */
  readonly removed: number;
  /** Events that are only kept as the last of their types from now on. */
  readonly released: number;
}

/** Removes what the rules do not keep, a little at a time. */
export class Cleaner {
  readonly #removal: Removal;
  #running: Promise<CleanUp> | undefined;

  constructor(private readonly options: CleanerOptions) {
    const { storage, types } = options;
    this.#removal = new Removal(storage, types, new RecordReader(storage, types));
  }

  /** @param now what ages are measured by. */
  cleanUp(now: Timestamp): Promise<CleanUp> {
    this.#running ??= this.#cleanUp(now).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Resolves when nothing is being cleaned up, well or badly. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => {});
  }

  async #cleanUp(now: Timestamp): Promise<CleanUp> {
    const { index, book } = this.options;
    // What is removed must be in the index, on disk: it tells where ids go on when they are gone.
    const checkpoint = await index.commit();
    const total = { removed: await this.#removeSuperseded(), released: 0 };
    for (const [i, rule] of book.rules.entries()) {
      const done = await this.#apply(i, rule, now, checkpoint);
      total.removed += done.removed;
      total.released += done.released;
    }
    await this.#removeAnswers(now);
    return total;
  }

  /** Released events that are the last of their types no more. */
  async #removeSuperseded(): Promise<number> {
    const { released } = this.options;
    let removed = 0;
    for (;;) {
      const suspects = released.suspects(batch);
      if (suspects.length === 0) return removed;
      const reading = new Reading(this.#context(() => true));
      const gone: StoredEvent[] = [];
      const changes: Change[] = [];
      for (const { type, ref } of suspects) {
        const latest = await latestOf(reading, type);
        if (latest !== undefined && sameEventId(latest.id, ref)) {
          released.confirm(type);
          continue;
        }
        changes.push(released.forget(type));
        const event = await reading.find(ref);
        if (event !== undefined) gone.push(event);
      }
      changes.push(...(await this.#removal.changes(gone, [])));
      await this.#commit(changes);
      removed += gone.length;
    }
  }

  async #apply(
    number: number,
    rule: RetentionRule,
    now: Timestamp,
    checkpoint: Checkpoint,
  ): Promise<CleanUp> {
    const { kept, book } = this.options;
    const total = { removed: 0, released: 0 };
    const isOurs = (event: StoredEvent) => {
      const { server, session, instance } = event.id;
      return isIndexed(checkpoint, server, session, instance) && book.ruleOf(event) === number;
    };
    for (let cursor: string | undefined; ; ) {
      const left = kept.of(number);
      if (!mayExceed(rule, left)) return total;
      const page: EventPage = await queryTimeseries(this.#context(isOurs), {
        types: rule.types,
        order: "ascending",
        orderBy: rule.orderBy,
        limit: batch,
        cursor,
      });
      const old = (page.events as StoredEvent[]).filter(oldOnes(rule, left, now));
      if (old.length > 0) {
        const done = await this.#remove(old);
        total.removed += done.removed;
        total.released += done.released;
      }
      cursor = page.cursor;
      if (cursor === undefined || old.length < page.events.length) return total;
    }
  }

  async #remove(events: readonly StoredEvent[]): Promise<CleanUp> {
    const { book, kept, released } = this.options;
    const reading = new Reading(this.#context(() => true));
    const gone: StoredEvent[] = [];
    const staying: StoredEvent[] = [];
    const latestByType = new Map<number, StoredEvent | undefined>();
    for (const event of events) {
      const { typeNumber, id } = event;
      if (book.keepsLatest(typeNumber) && !latestByType.has(typeNumber)) {
        latestByType.set(typeNumber, await latestOf(reading, typeNumber));
      }
      const latest = latestByType.get(typeNumber);
      if (latest !== undefined && sameEventId(latest.id, id)) staying.push(event);
      else gone.push(event);
    }
    const changes = await this.#removal.changes(gone, staying);
    changes.push(...kept.remove(events));
    for (const { typeNumber, id } of staying) changes.push(released.release(typeNumber, id));
    await this.#commit(changes);
    return { removed: gone.length, released: staying.length };
  }

  async #removeAnswers(now: Timestamp): Promise<void> {
    const before = addSeconds(now, -this.options.keepAnswersSeconds);
    for (;;) {
      const changes = await oldAnswers(this.options.storage, before);
      if (changes.length === 0) return;
      await this.#commit(changes);
    }
  }

  #context(isVisible: (event: StoredEvent) => boolean): ReadContext {
    const { storage, index, types, limits } = this.options;
    return { storage, index, types, limits, isVisible };
  }

  #commit(changes: readonly Change[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.options.submit({
        bytes: 0,
        form: async (group) => {
          const target = group();
          for (const { table, key, value } of changes) target.change(table, key, value);
          if (changes.length === 0) resolve();
          else target.waiting.push({ committed: resolve, failed: reject });
        },
        reject,
      });
    });
  }
}

function mayExceed(rule: RetentionRule, { entries, bytes }: Amount): boolean {
  const { minEntries = 0, maxEntries, maxAgeSeconds, maxBytes } = rule;
  if (entries <= minEntries) return false;
  return (
    maxAgeSeconds !== undefined ||
    (maxEntries !== undefined && entries > maxEntries) ||
    (maxBytes !== undefined && bytes > maxBytes)
  );
}

/** Tells, of events from the oldest on, which are not kept. */
function oldOnes(
  rule: RetentionRule,
  left: Amount,
  now: Timestamp,
): (event: StoredEvent) => boolean {
  const { orderBy, minEntries = 0, maxEntries, maxAgeSeconds, maxBytes } = rule;
  const oldest = maxAgeSeconds === undefined ? undefined : addSeconds(now, -maxAgeSeconds);
  let { entries, bytes } = left;
  return (event) => {
    const time = orderBy === "sourceTimestamp" ? event.sourceTimestamp! : event.timestamp;
    const isOld =
      entries > minEntries &&
      ((maxEntries !== undefined && entries > maxEntries) ||
        (maxBytes !== undefined && bytes > maxBytes) ||
        (oldest !== undefined && compareTimestamps(time, oldest) < 0));
    if (!isOld) return false;
    entries--;
    bytes -= sizeOf(event);
    return true;
  };
}
