import { clone, toJson } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/**
 * A file descriptor as plain data for `toEqual`, without source info. Imports are sorted, as they
 * are in formatted text; nothing else is touched.
 */
export function comparable(file: FileDescriptorProto) {
  const copy = clone(FileDescriptorProtoSchema, file);
  copy.sourceCodeInfo = undefined;
  const isPublic = new Set(copy.publicDependency.map((i) => copy.dependency[i]));
  copy.dependency.sort();
  copy.publicDependency = copy.dependency.flatMap((path, i) => (isPublic.has(path) ? [i] : []));
  return toJson(FileDescriptorProtoSchema, copy);
}

const tag = FileDescriptorProtoSchema.field;
const header = [tag.syntax, tag.package, tag.dependency, tag.options].map(({ number }) => number);

/** What a comment says, line by line, however its ends are cut. */
export interface PlainComments {
  readonly detached: string[][];
  readonly leading: string[];
  readonly trailing: string[];
}

/**
 * The comments of a file by source path (imports by their path), without what formatting may
 * change: line ends, blanks at the end of lines, comments that say nothing, and the line breaks in trailing comments above the
 * types.
 */
export function comparableComments(file: FileDescriptorProto): Map<string, PlainComments> {
  const found = new Map<string, PlainComments>();
  for (const location of file.sourceCodeInfo?.location ?? []) {
    const [first = 0, index = 0] = location.path;
    const isImport = first === tag.dependency.number;
    const trailing = plainLines(location.trailingComments);
    const comments = {
      detached: location.leadingDetachedComments.map(plainLines).filter((p) => p.length > 0),
      leading: plainLines(location.leadingComments),
      trailing: header.includes(first)
        ? [trailing.join(" ").replace(/\s+/g, " ").trim()]
        : trailing,
    };
    if (Object.values(comments).every((lines) => lines.join("") === "")) continue;
    const key = isImport ? `import ${file.dependency[index]}` : location.path.join(".");
    found.set(key, comments);
  }
  return found;
}

function plainLines(text: string): string[] {
  if (text.trim() === "") return [];
  const lines = text.replace(/\r\n?/g, "\n").replace(/\0/g, "\uFFFD").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.replace(/[ \t]+$/, ""));
}
