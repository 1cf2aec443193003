/** Where progress is written; `process.stdout` is one. */
export interface Console {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Tells how far the import of a file is: in a terminal on one line that is written over, elsewhere
 * when it begins and ends.
 */
export function importProgress(
  file: string,
  total: number,
  out: Console,
): (stored: number) => void {
  let before: number | undefined;
  return (stored) => {
    const isFirst = before === undefined;
    before ??= stored;
    const isDone = stored >= total;
    const counts = `${stored.toLocaleString("en")} of ${total.toLocaleString("en")} readings`;
    if (isFirst && isDone) {
      out.write(`${file}: ${counts} are there already\n`);
    } else if (out.isTTY) {
      // \x1b[K: what is left of a longer line goes.
      const percent = Math.floor((100 * stored) / total);
      out.write(`\r${file}: ${counts}, ${percent} %\x1b[K${isDone ? "\n" : ""}`);
    } else if (isFirst || isDone) {
      out.write(`${file}: ${counts}\n`);
    }
  };
}
