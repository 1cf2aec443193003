/** How often it changes at most: people cannot read faster. */
const everyMs = 100;

/** Where it is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** One line that says how far something is, as long as a person is looking: else nothing is said. */
export class ProgressLine {
  #shownAt = Number.NEGATIVE_INFINITY;
  #isShown = false;

  constructor(
    private readonly output: ProgressOutput = process.stderr,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** @param text is made only when it is shown. */
  show(text: () => string): void {
    if (!this.output.isTTY || this.nowMs() - this.#shownAt < everyMs) return;
    this.#shownAt = this.nowMs();
    this.#isShown = true;
    // A terminal that does not know its width says 0.
    const columns = this.output.columns || 80;
    this.output.write(`\r${text().slice(0, columns - 1)}\u001b[K`);
  }

  /** Makes room for something else. */
  clear(): void {
    if (this.#isShown) this.output.write("\r\u001b[K");
    this.#isShown = false;
    this.#shownAt = Number.NEGATIVE_INFINITY;
  }
}

const barWidth = 24;

/** `[#####-----]  50%  ETA 0:12`: of something that has taken so long up to now. */
export function progressBar(done: number, total: number, elapsedMs: number): string {
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(part * barWidth);
  const bar = `[${"#".repeat(filled)}${"-".repeat(barWidth - filled)}]`;
  const percent = `${Math.floor(part * 100)}%`.padStart(4);
  const left = part === 0 ? "" : `  ETA ${duration((elapsedMs / part) * (1 - part))}`;
  return `${bar} ${percent}${left}`;
}

/** `0:05`, `12:34`, `1:02:03`. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, minutes, rest] = parts.map((part) => `${part}`);
  if (hours === "0") return `${minutes}:${rest!.padStart(2, "0")}`;
  return `${hours}:${minutes!.padStart(2, "0")}:${rest!.padStart(2, "0")}`;
}
