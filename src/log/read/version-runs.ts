import type { IndexView } from "../index/log-index.js";
import type { EventRef } from "../index/tail.js";
import { runsUpTo, type TailRun } from "../index/tail-run.js";
import { decodeVersions } from "../index/version-blocks.js";
import type { Storage } from "../storage/storage.js";
import { maxSession, readStreamVersion, streamVersionKey, tables } from "../tables.js";

/** Where consecutive versions of a stream are. */
export interface VersionRun {
  readonly first: number;
  readonly count: number;
  /** Those of a part of them, by indexes from 0. */
  refs(from: number, to: number): EventRef[];
}

/** Where the versions of one stream are: in blocks of the index, and in its tails. */
export class VersionRuns {
  readonly #recent: readonly VersionRun[];

  constructor(
    private readonly storage: Storage,
    view: IndexView,
    private readonly streamKey: string,
  ) {
    this.#recent = view.tails.flatMap(({ streams }) =>
      runsUpTo(streams.get(streamKey)).map(asOfNow),
    );
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
    if (block === undefined) return undefined;
    const refs = decodeVersions(block.value);
    const first = readStreamVersion(block.key);
    return { first, count: refs.length, refs: (from, to) => refs.slice(from, to) };
  }
}

export function lastOf({ first, count }: VersionRun): number {
  return first + count - 1;
}

/** It grows, and what is appended from now on is not of this query. */
function asOfNow({ first, count, server, refs }: TailRun): VersionRun {
  return {
    first,
    count,
    refs(from, to) {
      const part: EventRef[] = [];
      for (let i = from; i < Math.min(to, count); i++) {
        part.push({ server, session: refs[2 * i]!, instance: refs[2 * i + 1]! });
      }
      return part;
    },
  };
}
