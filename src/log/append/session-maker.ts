import { SluiceError } from "../../errors.js";
import type { Moment } from "../moment.js";
import { encodeRecord, type RecordedAnswer } from "../record.js";
import { sessionKey, tables } from "../tables.js";
import { type Answer, decodeAnswer, encodeAnswer, fingerprintOf } from "./answer.js";
import { AppendJob, type AppendStage } from "./append-job.js";
import type { AppendOptions, AppendResult } from "./append-request.js";
import type { CommitGroup } from "./commit-group.js";
import { checkExpectations } from "./expectations.js";
import type { LogContext } from "./log-context.js";
import type { PreparedEvent } from "./prepared-event.js";
import { replay } from "./replay.js";
import { SessionDraft } from "./session-draft.js";

/** Takes part in every session before it is written: may add events, or refuse it by throwing. */
export type SessionHook = (draft: SessionDraft) => undefined | Promise<void>;

export interface SessionMakerOptions {
  readonly server: number;
  readonly now: () => Moment;
  readonly hook: SessionHook | undefined;
}

/** An append with an idempotency key, on its way to disk. */
interface UnderWay {
  readonly fingerprint: string;
  readonly result: Promise<AppendResult>;
}

/** Makes sessions of appends: numbers them, and finds out whether they may be stored. */
export class SessionMaker implements AppendStage {
  readonly #underWay = new Map<string, UnderWay>();
  #clockSteps = 0;

  constructor(
    private readonly context: LogContext,
    private readonly options: SessionMakerOptions,
  ) {}

  /** How often the clock was found to be behind the last session. */
  get clockSteps(): number {
    return this.#clockSteps;
  }

  /** The job that stores events. */
  append(events: readonly PreparedEvent[], options: AppendOptions): AppendJob {
    return new AppendJob(this, events, options);
  }

  form(job: AppendJob, group: () => CommitGroup): Promise<void> | undefined {
    const { key } = job.options;
    return key === undefined ? this.#store(job, group) : this.#storeOnce(job, key, group);
  }

  committed({ options: { key } }: AppendJob): void {
    if (key !== undefined) this.#underWay.delete(key);
  }

  async #storeOnce(job: AppendJob, key: string, group: () => CommitGroup): Promise<void> {
    const known = await this.#repeated(job.events, key);
    if (known !== undefined) job.resolve(known.result);
    else await this.#store(job, group);
  }

  /** The result of an earlier append with the same key. */
  async #repeated(
    events: readonly PreparedEvent[],
    key: string,
  ): Promise<{ result: AppendResult | Promise<AppendResult> } | undefined> {
    const fingerprint = fingerprintOf(events);
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) {
      if (underWay.fingerprint !== fingerprint) throw keyReused(key);
      return { result: underWay.result.then(({ events }) => ({ events, replayed: true })) };
    }
    const stored = await this.context.index.answer(key);
    if (stored === undefined) return undefined;
    const answer = decodeAnswer(stored);
    if (answer.fingerprint !== fingerprint) throw keyReused(key);
    return { result: { events: replay(events, answer, this.context.types), replayed: true } };
  }

  /** Waits for nothing, where nothing has to be looked up and nobody else takes part. */
  #store(job: AppendJob, group: () => CommitGroup): Promise<void> | undefined {
    const { server } = this.options;
    const { expect, source } = job.options;
    const session = this.context.ends.of(server).session + 1;
    const draft = new SessionDraft(this.context, server, session, this.#now(), source);
    const streams = draft.lookUp(job.events);
    const expected = expect && draft.lookUp(expect.map(({ streamKey }) => ({ streamKey })));
    if (streams === undefined && expected === undefined) return this.#fill(draft, job, group);
    return Promise.all([streams, expected]).then(() => this.#fill(draft, job, group));
  }

  #fill(draft: SessionDraft, job: AppendJob, group: () => CommitGroup): Promise<void> | undefined {
    const { server, hook } = this.options;
    const { expect } = job.options;
    if (expect !== undefined) checkExpectations(expect, (streamKey) => draft.versionOf(streamKey));
    job.answer = { events: draft.addPrepared(job.events), replayed: false };
    if (hook === undefined) return this.#finish(draft, job, group());
    // Whatever becomes of it: the hook has seen the number, nobody else gets it.
    this.context.ends.set(server, { session: draft.session, instance: 0, time: draft.time });
    const hooked = hook(draft);
    if (hooked === undefined) return this.#finish(draft, job, group());
    return hooked.then(() => this.#finish(draft, job, group()));
  }

  #finish(draft: SessionDraft, job: AppendJob, group: CommitGroup): undefined {
    const { server } = this.options;
    const { ends, numbering } = this.context;
    const { session, time } = draft;
    const { key, durability } = job.options;
    ends.set(server, { session, instance: draft.events.length, time });
    let answer: RecordedAnswer | undefined;
    if (key !== undefined) {
      const fingerprint = fingerprintOf(job.events);
      answer = { key, value: encodeAnswer(answerOf(fingerprint, job.events, draft)) };
      this.#underWay.set(key, { fingerprint, result: job.result });
    }
    this.#write(draft, answer, group);
    group.waiting.push(job);
    if (durability === "relaxed" && numbering.isReserved(session, group)) job.resolve(job.answer!);
  }

  #write(draft: SessionDraft, answer: RecordedAnswer | undefined, group: CommitGroup): void {
    const { numbering } = this.context;
    const { server, session, timestamp, events } = draft;
    const position = numbering.nextPosition();
    draft.settle(position);
    numbering.addTypes(group);
    const record = encodeRecord(position, timestamp, 1, events, answer);
    group.change(tables.sessions, sessionKey(server, session), record);
    group.sessions.push({ server, session, position, answer, events, record });
  }

  /** The time of the next session: never before that of the last one. */
  #now(): Moment {
    const { server } = this.options;
    const { ends } = this.context;
    const now = this.options.now();
    if (ends.isInTime(server, now)) return now;
    this.#clockSteps++;
    return ends.of(server).time;
  }
}

function answerOf(
  fingerprint: string,
  events: readonly PreparedEvent[],
  draft: SessionDraft,
): Answer {
  const own = draft.events.slice(0, events.length);
  return {
    fingerprint,
    server: draft.server,
    session: draft.session,
    time: draft.time,
    versions: own.flatMap(({ stream }) => (stream === undefined ? [] : [stream.version])),
  };
}

function keyReused(key: string): SluiceError {
  return new SluiceError(
    "idempotency_key_reused",
    `The idempotency key ${JSON.stringify(key)} was used to append other events. Use a new key for ` +
      "each append, and the same one only to repeat it.",
  );
}
