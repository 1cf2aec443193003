import type { IndexView } from "../index/log-index.js";
import type { VersionRun } from "../index/tail.js";
import { decodeVersions } from "../index/version-blocks.js";
import type { Storage } from "../storage/storage.js";
import { maxSession, readStreamVersion, streamVersionKey, tables } from "../tables.js";

/** Where the versions of one stream are: in blocks of the index, and in its tails. */
export class VersionRuns {
  readonly #recent: readonly VersionRun[];

  constructor(
    private readonly storage: Storage,
    view: IndexView,
    private readonly streamKey: string,
  ) {
    // Copied: they grow, and what is appended from now on is not of this query.
    this.#recent = view.tails
      .flatMap(({ streams }) => streams.get(streamKey) ?? [])
      .map(({ first, refs }) => ({ first, refs: refs.slice() }));
  }

  /** The last version there is; 0 if there is none. */
  async last(): Promise<number> {
    const run = await this.upTo(maxSession - 1);
    return run === undefined ? 0 : lastOf(run);
  }

  /** The run that has a version, or else the next one behind it. */
  async from(version: number): Promise<VersionRun | undefined> {
    const holding = await this.upTo(version);
    if (holding !== undefined && lastOf(holding) >= version) return holding;
    const stored = await this.#block(version + 1, maxSession, false);
    const recent = this.#recent.find(({ first }) => first > version);
    if (stored === undefined || recent === undefined) return stored ?? recent;
    return recent.first <= stored.first ? recent : stored;
  }

  /** The run that has a version, or else the last one before it. */
  async upTo(version: number): Promise<VersionRun | undefined> {
    const recent = this.#recent.findLast(({ first }) => first <= version);
    const stored = await this.#block(0, version + 1, true);
    if (stored === undefined || recent === undefined) return stored ?? recent;
    // What is on its way into the index may be in both.
    return recent.first >= stored.first ? recent : stored;
  }

  async #block(from: number, to: number, reverse: boolean): Promise<VersionRun | undefined> {
    const [block] = await this.storage.range(tables.streams, {
      from: streamVersionKey(this.streamKey, from),
      to: streamVersionKey(this.streamKey, to),
      reverse,
      limit: 1,
    });
    return block && { first: readStreamVersion(block.key), refs: decodeVersions(block.value) };
  }
}

export function lastOf({ first, refs }: VersionRun): number {
  return first + refs.length - 1;
}
