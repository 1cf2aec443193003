import type { Comments } from "./comments.js";

/**
 * Where a statement stands. Above the types (`header`) buf format removes the blank lines that, in
 * a `body`, keep the comments of one statement apart from those of the next.
 */
export type Layout = "header" | "body";

/**
 * Collects lines the way `buf format` lays them out: two blanks of indentation, at most one blank
 * line in a row, none after an opening or before a closing brace.
 */
export class ProtoPrinter {
  readonly #lines: string[] = [];
  #depth = 0;
  #atStart = true;
  #gapWanted = false;

  /** Asks for a blank line before whatever comes next in this block. */
  gap(): void {
    this.#gapWanted = true;
  }

  /** One statement (it may span lines) with its comments. */
  statement(text: string, comments: Comments, layout: Layout = "body"): void {
    const { trailing } = comments;
    this.#above(comments, layout);
    if (trailing.length <= 1 || layout === "header") {
      this.#write([text, ...oneLine(trailing)].join(" "));
      return;
    }
    // Only a one-line comment can share the line. A longer one belongs to the statement above it if
    // a blank line follows.
    this.#write(text);
    this.#writeAll(trailing);
    this.gap();
  }

  /**
   * `head { body }` with its comments, set off by blank lines. An empty body gives `head {}`. The
   * trailing comment of a block is the one after its opening brace.
   */
  block(head: string, comments: Comments, body: () => void): void {
    const { trailing } = comments;
    this.gap();
    this.#above(comments, "body");
    const opening = this.#write(`${head} {`);
    this.#depth++;
    this.#atStart = true;
    if (trailing.length > 1) {
      this.#writeAll(trailing);
      this.gap();
    }
    body();
    if (trailing.length === 1) {
      if (this.#lines.length > opening + 1) this.#lines[opening] += ` ${trailing[0]}`;
      else this.#writeAll(trailing);
    }
    this.#depth--;
    this.#gapWanted = false;
    if (this.#lines.length > opening + 1) this.#write("}");
    else this.#lines[opening] += "}";
    this.#atStart = false;
    this.gap();
  }

  /** Everything printed so far, ending with one line break. */
  toString(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  #above({ detached, leading }: Comments, layout: Layout): void {
    if (layout === "body" && detached.length + leading.length > 0) this.gap();
    for (const paragraph of detached) {
      this.#writeAll(paragraph);
      this.gap();
    }
    this.#writeAll(leading);
  }

  #writeAll(lines: readonly string[]): void {
    for (const line of lines) this.#write(line);
  }

  /** Returns the index of the first line written. */
  #write(text: string): number {
    if (this.#gapWanted && !this.#atStart) this.#lines.push("");
    this.#gapWanted = false;
    this.#atStart = false;
    const index = this.#lines.length;
    const indent = "  ".repeat(this.#depth);
    for (const line of text.split("\n")) this.#lines.push(indent + line);
    return index;
  }
}

/** A comment of several lines as one, for places where it has to share the line of its statement. */
function oneLine([first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return [];
  return [[first, ...rest.map((line) => line.slice(2).trim())].filter((s) => s !== "").join(" ")];
}
