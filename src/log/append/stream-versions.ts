/** Where a stream ends, what is on its way to disk included. */
export class StreamEnd {
  /** Of the session that made the version; 0 if it is older than what is known. */
  position = 0;
  /** The last version in the draft that has claimed it, which may come to nothing. */
  drafted = 0;
  /** That draft. */
  claim = 0;

  constructor(public version: number) {}

  advance(version: number, position: number): void {
    this.version = version;
    this.position = position;
  }
}

/**
 * Where the streams end that were written, or asked for, most recently: those on their way to disk
 * and some more. Of others the index has to be asked.
 */
export class StreamVersions {
  /** Whoever is asked for moves from the older ones to the recent ones. */
  #recent = new Map<string, StreamEnd>();
  #older = new Map<string, StreamEnd>();
  /** What was written last when the older ones became that. */
  #olderPosition = 0;
  #committed = 0;
  #claims = 0;

  constructor(private readonly maxGeneration = 32_768) {}

  /** A number that no other draft has. */
  claim(): number {
    return ++this.#claims;
  }

  get(streamKey: string): StreamEnd | undefined {
    const recent = this.#recent.get(streamKey);
    if (recent !== undefined || this.#older.size === 0) return recent;
    const older = this.#older.get(streamKey);
    if (older === undefined) return undefined;
    this.#older.delete(streamKey);
    this.#recent.set(streamKey, older);
    return older;
  }

  /** Remembers what the index knows of a stream. */
  add(streamKey: string, version: number): StreamEnd {
    const known = this.get(streamKey);
    if (known !== undefined) return known;
    const end = new StreamEnd(version);
    this.#recent.set(streamKey, end);
    return end;
  }

  /** The index knows all versions up to a position. */
  committed(position: number): void {
    this.#committed = position;
  }

  /**
   * A session, or the part of it at this position, is put together, and no other one has been begun:
   * nobody relies on an end that is forgotten.
   */
  written(position: number): void {
    if (this.#recent.size < this.maxGeneration || this.#olderPosition > this.#committed) return;
    this.#older = this.#recent;
    this.#recent = new Map();
    this.#olderPosition = position;
  }
}
