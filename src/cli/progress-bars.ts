import { type ProgressLine, progressBar } from "./progress-line.js";

/** How far one of several parts is. */
export interface PartProgress {
  readonly part: string;
  readonly done: number;
  readonly total: number;
}

/** A bar for each part, one after the other. */
export function barsOn(
  line: ProgressLine,
  nameOf: (progress: PartProgress) => string,
): (progress: PartProgress) => void {
  let current: string | undefined;
  let startMs = 0;
  return (progress) => {
    const { part, done, total } = progress;
    if (part !== current) startMs = performance.now();
    current = part;
    line.show(() => {
      const bar = progressBar(done, total, performance.now() - startMs);
      return `${bar}  ${nameOf(progress)}`;
    });
  };
}
