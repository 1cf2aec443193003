import { SluiceError } from "../../errors.js";
import type { EventRef } from "../index/tail.js";
import { hasLog } from "../log-format.js";
import type { Storage } from "../storage/storage.js";
import { tableCount } from "../tables.js";
import { AnswerPart, firstAnswer } from "./answer-part.js";
import { checkIndex, findMissing } from "./check-index.js";
import { checkMeta } from "./check-meta.js";
import { RecordCheck } from "./check-records.js";
import { checkTypes } from "./check-types.js";
import { Expected } from "./expected.js";
import { type Finding, Findings } from "./finding.js";
import type { IndexPart } from "./index-part.js";
import { ReleasedPart } from "./released-part.js";
import { SourcePart } from "./source-part.js";
import { StreamPart } from "./stream-part.js";
import { TypePart } from "./type-part.js";
import type { VerifyContext, VerifyProgress } from "./verify-context.js";

/** Options of `verifyLog()`. */
export interface VerifyOptions {
  /** Called now and then, a few times a second at most of what a machine can do. */
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** Findings that are listed; the others are counted. Default 1,000. */
  readonly maxFindings?: number;
  /** Ends it; the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
}

/** What a verification has found. */
export interface Verification {
  /** Records of sessions, and events in them. */
  readonly records: number;
  readonly events: number;
  readonly types: number;
  readonly servers: number;
  /** Records that the index does not have yet; a log that opens reads them. */
  readonly unindexed: number;
  /** What is wrong; nothing if all is well. */
  readonly findings: readonly Finding[];
  /** How much is wrong: `findings` has the first `maxFindings`. */
  readonly found: number;
}

/**
 * Looks through a log that nobody has open: whether every record is what was written, whether all
 * are there and in order, and whether everything that is derived from them agrees with them.
 * Nothing is changed, except that a write-ahead log that a crash has left is brought in, as it is
 * whenever a storage opens.
 *
 * @param storage is opened, and closed when it is done.
 * @throws SluiceError `storage_unavailable`, also when there is no log; `storage_damaged` when it
 *   cannot be opened at all.
 */
export async function verifyLog(
  storage: Storage,
  options: VerifyOptions = {},
): Promise<Verification> {
  await storage.open(tableCount);
  try {
    if (await hasLog(storage)) return await verify(storage, options);
    throw new SluiceError("storage_unavailable", "There is no event log in this storage.");
  } finally {
    await storage.close();
  }
}

async function verify(
  storage: Storage,
  { onProgress, maxFindings = 1_000, signal }: VerifyOptions,
): Promise<Verification> {
  const findings = new Findings(maxFindings);
  let typeCount = 0;
  let checked: RecordCheck | undefined;
  try {
    const types = await checkTypes(storage, findings);
    typeCount = types.size;
    const { checkpoint, hasRules, kept } = await checkMeta(storage, types, findings);
    const context: VerifyContext = {
      storage,
      findings,
      types,
      checkpoint: checkpoint ?? new Map(),
      hasRules,
      step: (part, done, of) => {
        signal?.throwIfAborted();
        onProgress?.({ part, done, total: of });
      },
    };
    const expected = new Expected(types.size, await firstAnswer(storage));
    checked = new RecordCheck(context, expected, kept);
    await checked.run();
    if (checkpoint !== undefined) await checkAll(context, expected);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== "storage_damaged") throw error;
    findings.addFirst("storage_unreadable", "storage", error.message);
  }
  const { records = 0, events = 0, servers = 0, unindexed = 0 } = checked ?? {};
  const { list, count } = findings;
  return { records, events, types: typeCount, servers, unindexed, findings: list, found: count };
}

async function checkAll(context: VerifyContext, expected: Expected): Promise<void> {
  const answers = new AnswerPart(context, expected);
  const parts: readonly IndexPart<EventRef>[] = [
    new TypePart(context, expected),
    new SourcePart(context, expected),
    new StreamPart(context, expected),
    new ReleasedPart(context, expected),
    answers,
  ];
  for (const part of parts) await checkIndex(context, part);
  await answers.checkAnswers();
  const incomplete = parts.filter(({ isComplete }) => !isComplete);
  if (incomplete.length > 0) await findMissing(context, incomplete);
}
