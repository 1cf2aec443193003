import { create } from "@bufbuild/protobuf";
import {
  type SourceCodeInfo,
  type SourceCodeInfo_Location,
  SourceCodeInfo_LocationSchema,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";

/**
 * Collects comments where descriptors keep them: in a list of locations, each with the path of
 * field numbers and indexes that leads to the element (descriptor.proto, `SourceCodeInfo`).
 */
export class CommentTrail {
  readonly #path: readonly number[];
  readonly #locations: SourceCodeInfo_Location[];

  constructor(path: readonly number[] = [], locations: SourceCodeInfo_Location[] = []) {
    this.#path = path;
    this.#locations = locations;
  }

  /** The trail one step further down: element `index` of the descriptor's field `field`. */
  at(field: number, index: number): CommentTrail {
    return new CommentTrail([...this.#path, field, index], this.#locations);
  }

  /** Puts a comment above the element this trail has led to. */
  leading(doc: string | undefined): void {
    if (doc === undefined || doc.trim() === "") return;
    const lines = doc.trim().split(/\r\n|\r|\n/);
    const leadingComments = lines
      .map((line) => (line.trim() ? ` ${line.trimEnd()}\n` : "\n"))
      .join("");
    this.#add(this.#path, { leadingComments });
  }

  /** Puts a comment before the element at `path`, with a blank line between them. */
  detached(path: readonly number[], comment: string): void {
    this.#add(path, { leadingDetachedComments: [comment] });
  }

  sourceCodeInfo(): SourceCodeInfo {
    return create(SourceCodeInfoSchema, { location: this.#locations });
  }

  #add(
    path: readonly number[],
    comments: { leadingComments?: string; leadingDetachedComments?: string[] },
  ): void {
    // Spans are positions in a text that does not exist yet; readers require them to be there.
    const span = [0, 0, 0];
    this.#locations.push(
      create(SourceCodeInfo_LocationSchema, { path: [...path], span, ...comments }),
    );
  }
}
