/** A line of an input. */
export interface InputLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** More than any event may have. */
const maxLineBytes = 64 * 2 ** 20;

const newline = 10;

/**
 * The lines of an input, those that came together together; empty ones are left out. What has no end
 * yet waits for it, unless the signal has ended the input.
 *
 * @throws Error when a line is longer than any that could be meant, or is no UTF-8.
 */
export async function* inputLines(
  input: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<InputLine[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 0;
  let begun: Uint8Array[] = [];
  let begunBytes = 0;
  const line = (end: Uint8Array): InputLine => {
    number++;
    const bytes = begun.length === 0 ? end : Buffer.concat([...begun, end]);
    begun = [];
    begunBytes = 0;
    return { number, text: decode(decoder, bytes, number) };
  };
  for await (const chunk of input) {
    const lines: InputLine[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      lines.push(line(chunk.subarray(from, at)));
      from = at + 1;
    }
    begun.push(chunk.subarray(from));
    begunBytes += chunk.length - from;
    if (begunBytes > maxLineBytes) throw new LineError(number + 1, "it is longer than 64 MiB");
    yield lines.filter(({ text }) => text !== "");
  }
  if (begunBytes > 0 && !signal?.aborted)
    yield [line(new Uint8Array(0))].filter(({ text }) => text !== "");
}

/** A line that cannot be used. */
export class LineError extends Error {
  override readonly name = "LineError";

  constructor(
    readonly line: number,
    readonly problem: string,
    options?: ErrorOptions,
  ) {
    super(`line ${line}: ${problem}`, options);
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array, number: number): string {
  try {
    return decoder.decode(bytes).trim();
  } catch (cause) {
    throw new LineError(number, "it is no UTF-8", { cause });
  }
}
