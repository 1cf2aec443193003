/** How much to read at once: so many records that they take about this many bytes. */
export class PageSize {
  /** What a record takes, as of those that were read last. */
  #recordBytes = 65_536;

  constructor(private readonly targetBytes = 4 * 2 ** 20) {}

  upTo(max: number): number {
    return Math.max(1, Math.min(max, Math.floor(this.targetBytes / this.#recordBytes)));
  }

  /** Takes note of what was read. */
  learn(values: readonly (Uint8Array | undefined)[]): void {
    if (values.length === 0) return;
    const bytes = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    this.#recordBytes = Math.max(64, bytes / values.length);
  }
}
