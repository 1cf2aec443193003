import type { EventRef } from "../index/tail.js";
import { decodeVersions } from "../index/version-blocks.js";
import { sameEventId } from "../model/event-id.js";
import { formatEventType } from "../model/event-type.js";
import type { SessionRecord } from "../record.js";
import type { Entry } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import { asBuffer, readTypeKey, tables, typeKey } from "../tables.js";
import type { Found } from "./event-lookup.js";
import type { Expected } from "./expected.js";
import type { IndexPart } from "./index-part.js";
import type { VerifyContext } from "./verify-context.js";

interface ReleasedRef extends EventRef {
  readonly type: number;
}

/** Events that are kept only because they are the last of their types. */
export class ReleasedPart implements IndexPart<ReleasedRef> {
  readonly part = "last events";
  readonly table = tables.released;
  readonly name = "the list of events kept as the last of their types";
  readonly outlivesEvents = false;
  #right = 0;

  constructor(
    private readonly context: VerifyContext,
    private readonly counted: Expected,
  ) {}

  get expected(): number {
    return this.counted.released;
  }

  get isComplete(): boolean {
    return this.#right === this.expected;
  }

  refs(page: readonly Entry[]): ReleasedRef[] {
    return page.flatMap((entry) => {
      const ref = this.#read(entry);
      if (ref !== undefined) return [ref];
      const text = `entry ${asBuffer(entry.key).toString("hex")} cannot be read`;
      this.context.findings.add("index_damaged", this.name, text);
      return [];
    });
  }

  fits({ type }: ReleasedRef, { event }: Found): boolean {
    return event?.isReleased === true && event.typeNumber === type;
  }

  accept(): void {
    this.#right++;
  }

  nameOf({ type }: ReleasedRef): string {
    return `type ${JSON.stringify(formatEventType(this.context.types.typeOf(type)))}`;
  }

  async missing({ events }: SessionRecord): Promise<StoredEvent[]> {
    const missing: StoredEvent[] = [];
    for (const event of events) {
      if (!event.isReleased) continue;
      const key = typeKey(event.typeNumber);
      const [value] = await this.context.storage.get(tables.released, [key]);
      const ref = value && this.#read({ key, value });
      if (ref === undefined || !sameEventId(ref, event.id)) missing.push(event);
    }
    return missing;
  }

  #read({ key, value }: Entry): ReleasedRef | undefined {
    if (key.length !== 4) return undefined;
    const type = readTypeKey(key);
    try {
      const [ref, ...others] = decodeVersions(value);
      const isRight = ref !== undefined && others.length === 0 && type < this.context.types.size;
      return isRight ? { type, ...ref } : undefined;
    } catch {
      // It ends in the middle of a number.
      return undefined;
    }
  }
}
