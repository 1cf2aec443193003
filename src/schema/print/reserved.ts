import type { Path, PrintContext } from "./context.js";
import { unprintable } from "./unprintable.js";

/** Numbers from `start` to `end`; whether `end` still belongs to them depends on the descriptor. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Reserved field numbers of a message: its descriptor excludes the end of a range. */
export function messageRanges(ranges: readonly Range[], element: string): string[] {
  return ranges.map(({ start, end }) => formatRange(start, end - 1, 2 ** 29 - 1, element));
}

/** Reserved numbers of an enum: its descriptor includes the end of a range. */
export function enumRanges(ranges: readonly Range[], element: string): string[] {
  return ranges.map(({ start, end }) => formatRange(start, end, 2 ** 31 - 1, element));
}

function formatRange(start: number, last: number, max: number, element: string): string {
  if (last < start) unprintable(element, `its reserved range from ${start} to ${last} is empty`);
  if (last === start) return String(start);
  return `${start} to ${last === max ? "max" : last}`;
}

/**
 * Prints the entries as one `reserved` statement. An entry with a comment of its own gets a statement
 * of its own, because a comment inside a statement belongs to nothing.
 */
export function printReserved(
  { out, comments }: PrintContext,
  entries: readonly string[],
  path: Path,
): void {
  const statements: { readonly first: number; readonly texts: string[] }[] = [];
  entries.forEach((text, index) => {
    const last = statements.at(-1);
    const isOpen = last !== undefined && !comments.has([...path, last.first]);
    if (isOpen && !comments.has([...path, index])) last.texts.push(text);
    else statements.push({ first: index, texts: [text] });
  });
  statements.forEach(({ first, texts }, index) => {
    const own = [...path, first];
    const found = index === 0 ? comments.take(path, own) : comments.take(own);
    out.statement(`reserved ${texts.join(", ")};`, found);
  });
}
