import { decodeAnswer } from "../append/answer.js";
import { compareTimestamps, type Timestamp } from "../model/timestamp.js";
import { timestampOf } from "../moment.js";
import type { Change, Storage } from "../storage/storage.js";
import { answerOrderKey, maxSession, tables } from "../tables.js";

/** Answers that are forgotten at once. */
const batch = 256;

/** What has to change for answers from before a time to be forgotten, up to some of them. */
export async function oldAnswers(storage: Storage, before: Timestamp): Promise<Change[]> {
  const oldest = await storage.range(tables.answerOrder, {
    from: answerOrderKey(0),
    to: answerOrderKey(maxSession),
    limit: batch,
  });
  const keys = oldest.map(({ value }) => value);
  const answers = await storage.get(tables.answers, keys);
  const changes: Change[] = [];
  for (const [i, { key }] of oldest.entries()) {
    const answer = answers[i];
    const isOld =
      answer === undefined || compareTimestamps(timestampOf(decodeAnswer(answer).time), before) < 0;
    if (!isOld) break;
    changes.push({ table: tables.answerOrder, key, value: undefined });
    changes.push({ table: tables.answers, key: keys[i]!, value: undefined });
  }
  return changes;
}
