import { type Checkpoint, isIndexed } from "../index/checkpoint.js";
import type { EventRef } from "../index/tail.js";
import { compareMoments, type Moment } from "../moment.js";
import type { Storage } from "../storage/storage.js";
import { readSourceKey, sourceKey, tables } from "../tables.js";

/** Refs that are read at once. */
const pageSize = 256;

/** An event in the order of source timestamps. */
export interface SourcePlace extends EventRef {
  readonly time: Moment;
}

export function compareSourcePlaces(a: SourcePlace, b: SourcePlace): number {
  return (
    compareMoments(a.time, b.time) ||
    a.server - b.server ||
    a.session - b.session ||
    a.instance - b.instance
  );
}

/** Goes through events in the order of their source timestamps, or the other way round. */
export interface SourceCursor {
  /** The next one, once it is loaded. */
  readonly first: SourcePlace | undefined;
  skip(): void;
  /** Loads the next one; false at the end. */
  load(): Promise<boolean>;
}

/** Those of a list that is in order. */
export class ListedSourceCursor implements SourceCursor {
  #at = 0;

  constructor(private readonly places: readonly SourcePlace[]) {}

  get first(): SourcePlace | undefined {
    return this.places[this.#at];
  }

  skip(): void {
    this.#at++;
  }

  async load(): Promise<boolean> {
    return this.first !== undefined;
  }
}

/** Those of one type, or of all together, that the index has. */
export class StoredSourceCursor implements SourceCursor {
  #page: SourcePlace[] = [];
  #at = 0;
  #isOver = false;
  #edge: Uint8Array | undefined;

  constructor(
    private readonly storage: Storage,
    private readonly checkpoint: Checkpoint,
    private readonly type: number,
    /** The first and the last that belong to it. */
    private readonly from: SourcePlace,
    private readonly upTo: SourcePlace,
    private readonly reverse: boolean,
  ) {}

  get first(): SourcePlace | undefined {
    return this.#page[this.#at];
  }

  skip(): void {
    this.#at++;
  }

  async load(): Promise<boolean> {
    while (this.first === undefined) {
      if (this.#isOver) return false;
      await this.#load();
    }
    return true;
  }

  async #load(): Promise<void> {
    const { type, from, upTo, reverse } = this;
    const start = sourceKey(type, from.time, from);
    const end = Buffer.concat([sourceKey(type, upTo.time, upTo), Buffer.of(0)]);
    const entries = await this.storage.range(tables.bySource, {
      from: reverse ? start : (this.#edge ?? start),
      to: reverse ? (this.#edge ?? end) : end,
      reverse,
      limit: pageSize,
    });
    const last = entries.at(-1);
    if (entries.length < pageSize || last === undefined) this.#isOver = true;
    else this.#edge = reverse ? last.key : Buffer.concat([last.key, Buffer.of(0)]);
    this.#at = 0;
    // What is on its way into the index is in a tail, and perhaps in the index already.
    this.#page = entries
      .map(({ key }) => readSourceKey(key))
      .filter((each) => isIndexed(this.checkpoint, each.server, each.session, each.instance));
  }
}
