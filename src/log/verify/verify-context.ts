import type { Checkpoint } from "../index/checkpoint.js";
import type { TypeTree } from "../model/type-tree.js";
import type { Storage } from "../storage/storage.js";
import type { Findings } from "./finding.js";

/** What is looked at, one after the other. */
export type VerifyPart =
  | "records"
  | "types"
  | "source times"
  | "streams"
  | "idempotency keys"
  | "last events"
  | "what is missing";

/** How far a verification is. */
export interface VerifyProgress {
  readonly part: VerifyPart;
  /** Records or entries that were looked at. */
  readonly done: number;
  /** How many there are; of records about, of the others exactly unless something is wrong. */
  readonly total: number;
}

/** What all parts of a verification need to know. */
export interface VerifyContext {
  readonly storage: Storage;
  readonly findings: Findings;
  /** By number; one that is damaged has a stand-in, which no event could have. */
  readonly types: TypeTree;
  /** Up to where the index is said to reach. */
  readonly checkpoint: Checkpoint;
  /** Whether rules may have removed events: then not all that is gone is missing. */
  readonly hasRules: boolean;
  /** Tells of progress, and ends the verification if nobody wants it any more. */
  step(part: VerifyPart, done: number, total: number): void;
}
