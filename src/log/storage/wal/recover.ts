import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { SluiceError } from "../../../errors.js";
import { syncDirectory } from "../directories.js";
import type { Change, Storage } from "../storage.js";
import { appliedChange, readApplied } from "./applied.js";
import { decodeChanges, type FoundRecord, findRecords } from "./record.js";
import { decodeSegmentHeader, segmentStart } from "./segment-header.js";
import { segmentFiles } from "./segment-names.js";

/** Changes that are committed at once, unless one record has more. */
const maxChanges = 2_048;

/**
 * Brings a storage up to the end of its write-ahead log, and removes the log.
 *
 * Every record up to the last one that is whole must be there, by its sequence number: one is
 * written after the other, so whatever is before a whole one was acknowledged. What comes after the
 * last one is what the writer was at when it was stopped; nobody was told that it is durable.
 *
 * @returns the sequence number of the last record.
 * @throws SluiceError `storage_damaged`; then the log is left as it is.
 */
export async function recover(
  directory: string,
  storage: Storage,
  tables: number,
): Promise<number> {
  const { segments, spares } = await segmentFiles(directory);
  const replay = new Replay(storage, tables, await readApplied(storage, tables));
  for (const name of segments) {
    const path = join(directory, name);
    const segment = await readFile(path);
    const header = decodeSegmentHeader(segment);
    if (header === undefined) throw damaged(`${path} is damaged or cut off`);
    if (header.tables !== tables) throw otherVersion(directory);
    for (const record of findRecords(segment, segmentStart, header.salt)) {
      await replay.add(record, path);
    }
  }
  await replay.finish();
  for (const name of [...segments, ...spares]) await rm(join(directory, name));
  if (segments.length > 0) await syncDirectory(directory);
  return replay.last;
}

/** Gathers the changes of records that follow each other. */
class Replay {
  #changes: Change[] = [];
  #applied: number;
  #lastPlace = "the start";

  constructor(
    private readonly storage: Storage,
    private readonly tables: number,
    public last: number,
  ) {
    this.#applied = last;
  }

  async add({ sequence, payload, at }: FoundRecord, path: string): Promise<void> {
    if (sequence <= this.last) return;
    if (sequence !== this.last + 1) {
      throw damaged(
        `Record ${this.last + 1}, which follows ${this.#lastPlace}, is damaged or gone, but record ` +
          `${sequence} at byte ${at} of ${path} is there`,
      );
    }
    this.last = sequence;
    this.#lastPlace = `byte ${at} of ${path}`;
    for (const change of decodeChanges(payload)) this.#changes.push(change);
    if (this.#changes.length >= maxChanges) await this.finish();
  }

  async finish(): Promise<void> {
    if (this.#applied === this.last) return;
    this.#applied = this.last;
    const changes = this.#changes;
    this.#changes = [];
    changes.push(appliedChange(this.tables, this.last));
    await this.storage.commit(changes);
  }
}

function damaged(what: string): SluiceError {
  return new SluiceError(
    "storage_damaged",
    `${what}: acknowledged commits are missing. Nothing was removed. Restore the whole directory from ` +
      "a backup; or, to go on without those and all later ones, move the .wal files elsewhere.",
  );
}

function otherVersion(directory: string): SluiceError {
  return new SluiceError(
    "storage_unavailable",
    `The write-ahead log in ${directory} was not closed, and is of another version. Open and close it ` +
      "with the version of Sluice that wrote it first.",
  );
}
