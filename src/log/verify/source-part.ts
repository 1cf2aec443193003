import { formatEventType } from "../model/event-type.js";
import { timestampToIso } from "../model/timestamp-date.js";
import { compareMoments, momentOf, timestampOf } from "../moment.js";
import type { SourcePlace } from "../read/source-cursor.js";
import type { SessionRecord } from "../record.js";
import type { Entry } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import { anyType, asBuffer, readSourceKey, sourceKey, tables } from "../tables.js";
import type { Found } from "./event-lookup.js";
import type { Expected } from "./expected.js";
import type { IndexPart } from "./index-part.js";
import type { VerifyContext } from "./verify-context.js";

interface SourceRef extends SourcePlace {
  readonly type: number;
}

/** Entries by source timestamp: two for each event that has one. */
export class SourcePart implements IndexPart<SourceRef> {
  readonly part = "source times";
  readonly table = tables.bySource;
  readonly name = "the index by source timestamp";
  readonly outlivesEvents = false;
  #right = 0;

  constructor(
    private readonly context: VerifyContext,
    private readonly counted: Expected,
  ) {}

  get expected(): number {
    return this.counted.bySource;
  }

  get isComplete(): boolean {
    return this.#right === this.expected;
  }

  refs(page: readonly Entry[]): SourceRef[] {
    return page.flatMap(({ key, value }) => {
      if (key.length === 26 && value.length === 0) {
        return [{ type: asBuffer(key).readUInt32BE(0), ...readSourceKey(key) }];
      }
      const text = `entry ${asBuffer(key).toString("hex")} is none`;
      this.context.findings.add("index_damaged", this.name, text);
      return [];
    });
  }

  fits({ type, time }: SourceRef, { event }: Found): boolean {
    const { typeNumber, sourceTimestamp } = event ?? {};
    if (sourceTimestamp === undefined || (type !== anyType && type !== typeNumber)) return false;
    return compareMoments(momentOf(sourceTimestamp), time) === 0;
  }

  accept(): void {
    this.#right++;
  }

  nameOf({ type, time }: SourceRef): string {
    const { types } = this.context;
    const text = type < types.size ? JSON.stringify(formatEventType(types.typeOf(type))) : type;
    const of = type === anyType ? "all types" : `type ${text}`;
    return `${timestampToIso(timestampOf(time))} of ${of}`;
  }

  async missing({ events }: SessionRecord): Promise<StoredEvent[]> {
    const missing: StoredEvent[] = [];
    for (const event of events) {
      if (event.sourceTimestamp === undefined) continue;
      const time = momentOf(event.sourceTimestamp);
      const keys = [event.typeNumber, anyType].map((type) => sourceKey(type, time, event.id));
      const found = await this.context.storage.get(tables.bySource, keys);
      if (found.includes(undefined)) missing.push(event);
    }
    return missing;
  }
}
