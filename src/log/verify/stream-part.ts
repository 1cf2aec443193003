import type { EventRef } from "../index/tail.js";
import { decodeVersions } from "../index/version-blocks.js";
import type { SessionRecord } from "../record.js";
import type { Entry } from "../storage/storage.js";
import type { StoredEvent } from "../stored-event.js";
import { asBuffer, readStreamVersion, streamVersionKey, tables } from "../tables.js";
import type { Found } from "./event-lookup.js";
import type { Expected } from "./expected.js";
import type { IndexPart } from "./index-part.js";
import type { VerifyContext } from "./verify-context.js";

interface VersionRef extends EventRef {
  readonly streamKey: string;
  readonly version: number;
}

/** Blocks of the versions of a stream: where its events are. */
export class StreamPart implements IndexPart<VersionRef> {
  readonly part = "streams";
  readonly table = tables.streams;
  readonly name = "the index by stream";
  /** The last version of a stream must be known, whatever was removed. */
  readonly outlivesEvents = true;
  #right = 0;
  /** The last version of the block before. */
  #last: { readonly streamKey: string; readonly version: number } | undefined;

  constructor(
    private readonly context: VerifyContext,
    private readonly counted: Expected,
  ) {}

  get expected(): number {
    return this.counted.streams;
  }

  get isComplete(): boolean {
    return this.#right === this.expected;
  }

  refs(page: readonly Entry[]): VersionRef[] {
    return page.flatMap((entry) => {
      const refs = read(entry);
      if (refs !== undefined) {
        this.#checkVersions(refs);
        return refs;
      }
      const text = `block ${asBuffer(entry.key).toString("hex")} cannot be read`;
      this.context.findings.add("index_damaged", this.name, text);
      return [];
    });
  }

  fits({ streamKey, version }: VersionRef, { event }: Found): boolean {
    return event?.stream?.key === streamKey && event.stream.version === version;
  }

  accept(): void {
    this.#right++;
  }

  nameOf({ streamKey, version }: VersionRef): string {
    return `version ${version} of stream ${JSON.stringify(streamKey)}`;
  }

  async missing({ events }: SessionRecord): Promise<StoredEvent[]> {
    const missing: StoredEvent[] = [];
    for (const event of events) {
      if (event.stream !== undefined && !(await this.#has(event))) missing.push(event);
    }
    return missing;
  }

  #checkVersions(refs: readonly VersionRef[]): void {
    const { streamKey, version } = refs[0]!;
    const before = this.#last?.streamKey === streamKey ? this.#last.version : undefined;
    this.#last = refs.at(-1);
    // The first ones may have been removed.
    if (before === undefined && (version === 1 || this.context.hasRules)) return;
    if (version === (before ?? 0) + 1) return;
    const last = before === undefined ? "there is none" : `the last one is ${before}`;
    const text = `begins a block with version ${version}, before which ${last}`;
    this.context.findings.add("stream_gap", `stream ${JSON.stringify(streamKey)}`, text);
  }

  async #has({ id, stream }: StoredEvent): Promise<boolean> {
    const { key, version } = stream!;
    const [block] = await this.context.storage.range(tables.streams, {
      from: streamVersionKey(key, 0),
      to: streamVersionKey(key, version + 1),
      reverse: true,
      limit: 1,
    });
    const ref = block && read(block)?.find((each) => each.version === version);
    return ref?.server === id.server && ref.session === id.session && ref.instance === id.instance;
  }
}

/** The refs of a block; `undefined` if it cannot be read. */
function read({ key, value }: Entry): VersionRef[] | undefined {
  const bytes = asBuffer(key);
  if (bytes.length < 9 || bytes.readUInt16BE(0) !== bytes.length - 8) return undefined;
  const first = readStreamVersion(key);
  const streamKey = bytes.toString("utf8", 2, bytes.length - 6);
  try {
    const refs = decodeVersions(value);
    if (first === 0 || refs.length === 0) return undefined;
    return refs.map((ref, i) => ({ ...ref, streamKey, version: first + i }));
  } catch {
    // It ends in the middle of a number.
    return undefined;
  }
}
