import { decodeBlock, type Refs } from "../index/ref-blocks.js";
import type { EventRef } from "../index/tail.js";
import { compareEventIds } from "../model/event-id.js";
import { formatEventType } from "../model/event-type.js";
import type { SessionRecord } from "../record.js";
import type { Entry } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import { asBuffer, readTypeBlockKey, tables, typeBlockKey } from "../tables.js";
import type { Found } from "./event-lookup.js";
import type { Expected } from "./expected.js";
import type { IndexPart } from "./index-part.js";
import type { VerifyContext } from "./verify-context.js";

/** Events that a block may name beyond those that there are of its type: it is damaged, then. */
const slack = 65_536;

/** Blocks that are kept at once, at most. */
const maxBlocks = 4_096;

interface TypeRef extends EventRef {
  readonly type: number;
}

/** Blocks by type: where the events of a type and a server are. */
export class TypePart implements IndexPart<TypeRef> {
  readonly part = "types";
  readonly table = tables.byType;
  readonly name = "the index by type";
  readonly outlivesEvents = false;
  readonly #right: number[];
  /** The block that was looked at last, of each type. */
  readonly #blocks = new Map<number, { readonly server: number; readonly refs: Refs }>();
  /** The last ref of the block before, with its type. */
  #last: TypeRef | undefined;

  constructor(
    private readonly context: VerifyContext,
    private readonly counted: Expected,
  ) {
    this.#right = counted.byType.map(() => 0);
  }

  get expected(): number {
    return this.counted.byType.reduce((sum, count) => sum + count, 0);
  }

  get isComplete(): boolean {
    return this.counted.byType.every((count, type) => count === this.#right[type]);
  }

  refs(page: readonly Entry[]): TypeRef[] {
    return page.flatMap((entry) => {
      const refs = this.#read(entry);
      if (typeof refs !== "string") return refs;
      const place = `block ${asBuffer(entry.key).toString("hex")}`;
      this.context.findings.add("index_damaged", this.name, `${place} ${refs}`);
      return [];
    });
  }

  fits({ type }: TypeRef, { event }: Found): boolean {
    return event?.typeNumber === type;
  }

  accept({ type }: TypeRef): void {
    this.#right[type]!++;
  }

  nameOf({ type }: TypeRef): string {
    return `type ${JSON.stringify(formatEventType(this.context.types.typeOf(type)))}`;
  }

  async missing({ events }: SessionRecord): Promise<StoredEvent[]> {
    const missing: StoredEvent[] = [];
    for (const event of events) {
      if (this.counted.byType[event.typeNumber] === this.#right[event.typeNumber]) continue;
      if (!(await this.#has(event))) missing.push(event);
    }
    return missing;
  }

  /** The refs of a block, or what is wrong with it. */
  #read({ key, value }: Entry): TypeRef[] | string {
    if (key.length !== 18) return "has a key of a wrong length";
    const type = asBuffer(key).readUInt32BE(0);
    const server = asBuffer(key).readUInt32BE(4);
    const instance = asBuffer(key).readUInt32BE(14);
    const session = readTypeBlockKey(key);
    if (type >= this.counted.byType.length)
      return `is of type ${type}, which the log does not have`;
    const flat = this.#decode(value, session, type);
    if (flat === undefined) return "cannot be read";
    if (flat[0] !== session || flat[1] !== instance) return "begins elsewhere than its key says";
    const refs: TypeRef[] = [];
    for (let i = 0; i < flat.length; i += 2) {
      const ref = { type, server, session: flat[i]!, instance: flat[i + 1]! };
      if (!isBehind(ref, this.#last)) return "is not in order";
      this.#last = ref;
      refs.push(ref);
    }
    return refs;
  }

  #decode(value: Uint8Array, session: number, type: number): number[] | undefined {
    try {
      return decodeBlock(value, session, this.counted.byType[type]! + slack);
    } catch {
      // It ends in the middle of a number, or would never end.
      return undefined;
    }
  }

  async #has({ typeNumber, id }: StoredEvent): Promise<boolean> {
    const { server, session, instance } = id;
    const known = this.#blocks.get(typeNumber);
    if (known?.server === server && reaches(known.refs, session, instance)) {
      return names(known.refs, session, instance);
    }
    const [block] = await this.context.storage.range(tables.byType, {
      from: typeBlockKey(typeNumber, server, 0, 0),
      to: typeBlockKey(typeNumber, server, session, instance + 1),
      reverse: true,
      limit: 1,
    });
    const refs = block && this.#decode(block.value, readTypeBlockKey(block.key), typeNumber);
    if (this.#blocks.size >= maxBlocks) this.#blocks.clear();
    this.#blocks.set(typeNumber, { server, refs: refs ?? [] });
    return names(refs ?? [], session, instance);
  }
}

/** Whether an event is where a block is. */
function reaches(refs: Refs, session: number, instance: number): boolean {
  const last = refs.at(-2);
  if (last === undefined || refs[0]! > session) return false;
  return session < last || (session === last && instance <= refs.at(-1)!);
}

function names(refs: Refs, session: number, instance: number): boolean {
  // Ascending: found by halves.
  let low = 0;
  let high = refs.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const difference = refs[2 * middle]! - session || refs[2 * middle + 1]! - instance;
    if (difference === 0) return true;
    if (difference < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

function isBehind(ref: TypeRef, last: TypeRef | undefined): boolean {
  if (last?.type !== ref.type || last.server !== ref.server) return true;
  return compareEventIds(ref, last) > 0;
}
