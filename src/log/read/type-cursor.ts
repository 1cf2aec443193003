import { isIndexed } from "../index/checkpoint.js";
import type { IndexView } from "../index/log-index.js";
import { decodeBlock, type Refs } from "../index/ref-blocks.js";
import type { Storage } from "../storage/storage.js";
import { maxInstance, readTypeBlockKey, tables, typeBlockKey } from "../tables.js";
import { isWithin, type Span } from "./session-cursor.js";

/** Blocks that are read at once, from the second time on. */
const blocksPerPage = 16;

/** Goes through the refs of one type and one server: what the index has, and what its tails have. */
export class TypeCursor {
  /** What was read last, in the direction of the cursor; the next ref is at `#at`. */
  #refs: Refs = [];
  #at = 0;
  /** In the direction of the cursor. */
  #tails: Refs[];
  /** Whether there may be more blocks, and where the next ones begin or end. */
  #hasBlocks = true;
  #edge: Uint8Array | undefined;
  #limit = 1;

  constructor(
    private readonly storage: Storage,
    private readonly view: IndexView,
    private readonly type: number,
    private readonly server: number,
    private readonly span: Span,
    private readonly reverse: boolean,
  ) {
    // Copied: they grow, and what is appended from now on is not of this query.
    const tails = view.tails.map(({ byType }) => byType.get(server)?.get(type)?.slice() ?? []);
    this.#tails = reverse ? tails.toReversed() : tails;
  }

  /** The session of the next ref, once it is loaded. */
  get session(): number {
    return this.#refs[this.#at]!;
  }

  get instance(): number {
    return this.#refs[this.#at + 1]!;
  }

  /** Moves on from the next ref. */
  skip(): void {
    this.#at += 2;
  }

  /** Whether the next ref is loaded. */
  get isLoaded(): boolean {
    return this.#at < this.#refs.length;
  }

  /** Loads the next ref, if there is one; false at the end. */
  async load(): Promise<boolean> {
    while (!this.isLoaded) {
      const refs = await this.#more();
      if (refs === undefined) return false;
      this.#refs = this.reverse ? reversed(refs) : refs;
      this.#at = 0;
    }
    return true;
  }

  async #more(): Promise<Refs | undefined> {
    const { span } = this;
    const tailIsNext = this.#tails.length > 0 && (this.reverse || !this.#hasBlocks);
    if (tailIsNext) {
      return selected(this.#tails.shift()!, (session, instance) =>
        isWithin(span, session, instance),
      );
    }
    if (!this.#hasBlocks) return undefined;
    const refs = await this.#blocks();
    // What is on its way into the index is in a tail, and perhaps in the index already.
    const { checkpoint } = this.view;
    return selected(
      refs,
      (session, instance) =>
        isWithin(span, session, instance) && isIndexed(checkpoint, this.server, session, instance),
    );
  }

  async #blocks(): Promise<Refs> {
    const { type, server, span, reverse } = this;
    const limit = this.#limit;
    this.#limit = blocksPerPage;
    const start = reverse ? typeBlockKey(type, server, 0, 0) : await this.#firstBlock();
    const end = typeBlockKey(type, server, span.upTo.session + 1, 0);
    const page = await this.storage.range(tables.byType, {
      from: reverse ? start : (this.#edge ?? start),
      to: reverse ? (this.#edge ?? end) : end,
      reverse,
      limit,
    });
    const last = page.at(-1);
    this.#hasBlocks =
      last !== undefined &&
      page.length === limit &&
      !(reverse && readTypeBlockKey(last.key) < span.after.session);
    if (last !== undefined) {
      this.#edge = reverse ? last.key : Buffer.concat([last.key, Buffer.of(0)]);
    }
    const ascending = reverse ? page.toReversed() : page;
    const refs: number[] = [];
    for (const { key, value } of ascending) {
      // flatMap() would take as long as all the rest.
      for (const each of decodeBlock(value, readTypeBlockKey(key))) refs.push(each);
    }
    return refs;
  }

  /** The block in which the span begins: the last one that does not begin behind it. */
  async #firstBlock(): Promise<Uint8Array> {
    const { type, server, span } = this;
    const { session, instance } = span.after;
    const start = typeBlockKey(type, server, 0, 0);
    if (this.#edge !== undefined || session === 0) return start;
    const isLast = instance >= maxInstance;
    const to = typeBlockKey(type, server, session + (isLast ? 1 : 0), isLast ? 0 : instance + 1);
    const range = { from: start, to, reverse: true, limit: 1 };
    const [block] = await this.storage.range(tables.byType, range);
    return block?.key ?? start;
  }
}

function selected(refs: Refs, isWanted: (session: number, instance: number) => boolean): Refs {
  const wanted: number[] = [];
  for (let i = 0; i < refs.length; i += 2) {
    if (isWanted(refs[i]!, refs[i + 1]!)) wanted.push(refs[i]!, refs[i + 1]!);
  }
  return wanted;
}

function reversed(refs: Refs): Refs {
  const result: number[] = [];
  for (let i = refs.length - 2; i >= 0; i -= 2) result.push(refs[i]!, refs[i + 1]!);
  return result;
}
