import type { CommentTable } from "./comments.js";
import type { ProtoPrinter } from "./printer.js";
import type { TypeNames } from "./type-names.js";

/** What every part of one print run shares. */
export interface PrintContext {
  readonly out: ProtoPrinter;
  readonly comments: CommentTable;
  readonly types: TypeNames;
}

/** Where an element is found in its file: field numbers and list indexes, as in SourceCodeInfo. */
export type Path = readonly number[];

/** Joins a scope (package or message, "" for none) and a name to a full name without leading dot. */
export function qualify(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
