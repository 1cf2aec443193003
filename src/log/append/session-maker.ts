import { SluiceError } from "../../errors.js";
import type { Moment } from "../moment.js";
import { encodeRecord, type RecordedAnswer } from "../record.js";
import { sessionKey, tables } from "../tables.js";
import { type Answer, decodeAnswer, encodeAnswer, fingerprintOf } from "./answer.js";
import type { AppendOptions, AppendResult } from "./append-request.js";
import type { CommitGroup } from "./commit-group.js";
import { checkExpectations } from "./expectations.js";
import type { LogContext } from "./log-context.js";
import type { PreparedEvent } from "./prepared-event.js";
import { replay } from "./replay.js";
import { SessionDraft } from "./session-draft.js";
import type { Job } from "./writer.js";

/** Takes part in every session before it is written: may add events, or refuse it by throwing. */
export type SessionHook = (draft: SessionDraft) => undefined | Promise<void>;

export interface SessionMakerOptions {
  readonly server: number;
  readonly now: () => Moment;
  readonly hook: SessionHook | undefined;
}

/** The two ends of a promise, and itself. */
interface Answering {
  readonly result: Promise<AppendResult>;
  resolve(result: AppendResult): void;
  reject(error: unknown): void;
}

/** An append on its way to disk. */
interface UnderWay {
  readonly fingerprint: string;
  readonly result: Promise<AppendResult>;
}

/** Makes sessions of appends: numbers them, and finds out whether they may be stored. */
export class SessionMaker {
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

  /** The job that stores events, and its result. */
  append(
    events: readonly PreparedEvent[],
    options: AppendOptions,
  ): { job: Job; result: Promise<AppendResult> } {
    let job!: Job;
    const result = new Promise<AppendResult>((resolve, reject) => {
      const bytes = events.reduce((sum, { data }) => sum + (data?.length ?? 0), 128);
      const form = async (group: () => CommitGroup) => {
        const { key } = options;
        const known = key === undefined ? undefined : await this.#repeated(events, key);
        if (known !== undefined) resolve(known.result);
        else await this.#store(events, options, group, { result, resolve, reject });
      };
      job = { bytes, form, reject };
    });
    return { job, result };
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

  async #store(
    events: readonly PreparedEvent[],
    { key, expect, source, durability }: AppendOptions,
    group: () => CommitGroup,
    { result, resolve, reject }: Answering,
  ): Promise<void> {
    const { server, hook } = this.options;
    const { ends, numbering } = this.context;
    const session = ends.of(server).session + 1;
    const draft = new SessionDraft(this.context, server, session, this.#now(), source);
    const looked = draft.lookUp(events);
    if (looked !== undefined) await looked;
    if (expect !== undefined) {
      await draft.lookUp(expect);
      checkExpectations(expect, (streamKey) => draft.versions.get(streamKey)!);
    }
    const answered = { events: draft.addPrepared(events), replayed: false };
    if (hook !== undefined) {
      // Whatever becomes of it: the hook has seen the number, nobody else gets it.
      ends.set(server, { session, instance: 0, time: draft.time });
      await hook(draft);
    }
    ends.set(server, { session, instance: draft.events.length, time: draft.time });
    const fingerprint = key === undefined ? "" : fingerprintOf(events);
    const answer =
      key === undefined
        ? undefined
        : { key, value: encodeAnswer(answerOf(fingerprint, events, draft)) };
    const target = group();
    this.#write(draft, answer, target);
    if (key !== undefined) this.#underWay.set(key, { fingerprint, result });
    const committed = () => {
      if (key !== undefined) this.#underWay.delete(key);
      resolve(answered);
    };
    target.waiting.push({ committed, failed: reject });
    if (durability === "relaxed" && numbering.isReserved(session, target)) {
      resolve(answered);
    }
  }

  #write(draft: SessionDraft, answer: RecordedAnswer | undefined, group: CommitGroup): void {
    const { numbering, versions } = this.context;
    const { server, session, timestamp, events } = draft;
    const position = numbering.nextPosition();
    for (const [streamKey, version] of draft.versions) versions.set(streamKey, version, position);
    numbering.addTypes(group);
    const record = encodeRecord(position, timestamp, 1, events, answer);
    group.change(tables.sessions, sessionKey(server, session), record);
    group.sessions.push({ server, session, position, answer, events });
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
