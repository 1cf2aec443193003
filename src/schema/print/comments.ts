import type { SourceCodeInfo, SourceCodeInfo_Location } from "@bufbuild/protobuf/wkt";
import type { Path } from "./context.js";

/** The comments of one element, as ready lines (`// text`) without indentation. */
export interface Comments {
  /** Paragraphs above the leading comment, each cut off by a blank line. */
  readonly detached: readonly (readonly string[])[];
  readonly leading: readonly string[];
  readonly trailing: readonly string[];
}

/** An element that has no comments. */
export const noComments: Comments = { detached: [], leading: [], trailing: [] };

/**
 * Comments by element. Each is taken once; what is left after printing had no element to go with,
 * which the caller must treat as an error rather than lose it.
 */
export class CommentTable {
  readonly #byPath = new Map<string, Comments>();

  constructor(info: SourceCodeInfo | undefined) {
    for (const location of info?.location ?? []) {
      const comments = read(location);
      if (isEmpty(comments)) continue;
      const key = location.path.join(".");
      const earlier = this.#byPath.get(key);
      this.#byPath.set(key, earlier === undefined ? comments : merge(earlier, comments));
    }
  }

  /** Hands out the comments of the element that has these paths, and forgets them. */
  take(...paths: Path[]): Comments {
    const keys = paths.map((path) => path.join("."));
    const found = keys.flatMap((key) => this.#byPath.get(key) ?? []);
    for (const key of keys) this.#byPath.delete(key);
    return found.reduce(merge, noComments);
  }

  /** Whether comments at `path` are still to be taken. */
  has(path: Path): boolean {
    return this.#byPath.has(path.join("."));
  }

  /** Paths of the comments nobody took. */
  untaken(): Path[] {
    return Array.from(this.#byPath.keys(), (key) => (key === "" ? [] : key.split(".").map(Number)));
  }
}

function read(location: SourceCodeInfo_Location): Comments {
  return {
    detached: location.leadingDetachedComments.map(toLines).filter((lines) => lines.length > 0),
    leading: toLines(location.leadingComments),
    trailing: toLines(location.trailingComments),
  };
}

function isEmpty({ detached, leading, trailing }: Comments): boolean {
  return detached.length + leading.length + trailing.length === 0;
}

/** Statements that print as one (several `reserved`) share a path: keep the words of them all. */
function merge(a: Comments, b: Comments): Comments {
  const [above, leading] = b.leading.length > 0 ? [a.leading, b.leading] : [[], a.leading];
  return {
    detached: [...a.detached, above, ...b.detached].filter((lines) => lines.length > 0),
    leading,
    trailing: [...a.trailing, ...b.trailing],
  };
}

/**
 * Line comments only: text that holds the end mark of a block comment could not stand in one, while
 * nothing but a line break ends a line comment. NUL is replaced because protoc reads it as the end
 * of the file, and a lone CR counts as a line break because editors show one.
 */
function toLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.replace(/\r\n?/g, "\n").replaceAll("\0", "\uFFFD").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => trimBlanksAtEnd(`//${line}`));
}

/** What buf format trims. Not a regular expression: those take quadratic time on runs of blanks. */
function trimBlanksAtEnd(line: string): string {
  let end = line.length;
  while (line[end - 1] === " " || line[end - 1] === "\t") end--;
  return line.slice(0, end);
}
