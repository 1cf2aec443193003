import { SluiceError } from "../../errors.js";
import { encodeRecord } from "../record.js";
import { sessionKey, tables } from "../tables.js";
import { decodeAnswer, encodeAnswer, fingerprintOf } from "./answer.js";
import { AppendJob } from "./append-job.js";
import { checkExpectations } from "./expectations.js";
import { replay } from "./replay.js";
import { SessionDraft } from "./session-draft.js";
/** Makes sessions of appends: numbers them, and finds out whether they may be stored. */
export class SessionMaker {
    context;
    options;
    #underWay = new Map();
    #clockSteps = 0;
    constructor(context, options) {
        this.context = context;
        this.options = options;
    }
    /** How often the clock was found to be behind the last session. */
    get clockSteps() {
        return this.#clockSteps;
    }
    /** The job that stores events. */
    append(events, options) {
        return new AppendJob(this, events, options);
    }
    form(job, group) {
        const { key } = job.options;
        return key === undefined ? this.#store(job, group) : this.#storeOnce(job, key, group);
    }
    committed({ options: { key } }) {
        if (key !== undefined)
            this.#underWay.delete(key);
    }
    async #storeOnce(job, key, group) {
        const known = await this.#repeated(job.events, key);
        if (known !== undefined)
            job.resolve(known.result);
        else
            await this.#store(job, group);
    }
    /** The result of an earlier append with the same key. */
    async #repeated(events, key) {
        const fingerprint = fingerprintOf(events);
        const underWay = this.#underWay.get(key);
        if (underWay !== undefined) {
            if (underWay.fingerprint !== fingerprint)
                throw keyReused(key);
            return { result: underWay.result.then(({ events }) => ({ events, replayed: true })) };
        }
        const stored = await this.context.index.answer(key);
        if (stored === undefined)
            return undefined;
        const answer = decodeAnswer(stored);
        if (answer.fingerprint !== fingerprint)
            throw keyReused(key);
        return { result: { events: replay(events, answer, this.context.types), replayed: true } };
    }
    /** Waits for nothing, where nothing has to be looked up and nobody else takes part. */
    #store(job, group) {
        const { server } = this.options;
        const { expect, source } = job.options;
        const session = this.context.ends.of(server).session + 1;
        const draft = new SessionDraft(this.context, server, session, this.#now(), source);
        const streams = draft.lookUp(job.events);
        const expected = expect && draft.lookUp(expect);
        if (streams === undefined && expected === undefined)
            return this.#fill(draft, job, group);
        return Promise.all([streams, expected]).then(() => this.#fill(draft, job, group));
    }
    #fill(draft, job, group) {
        const { server, hook } = this.options;
        const { expect } = job.options;
        if (expect !== undefined)
            checkExpectations(expect, (streamKey) => draft.versionOf(streamKey));
        job.answer = { events: draft.addPrepared(job.events), replayed: false };
        if (hook === undefined)
            return this.#finish(draft, job, group());
        // Whatever becomes of it: the hook has seen the number, nobody else gets it.
        this.context.ends.set(server, { session: draft.session, instance: 0, time: draft.time });
        const hooked = hook(draft);
        if (hooked === undefined)
            return this.#finish(draft, job, group());
        return hooked.then(() => this.#finish(draft, job, group()));
    }
    #finish(draft, job, group) {
        const { server } = this.options;
        const { ends, numbering } = this.context;
        const { session, time } = draft;
        const { key, durability } = job.options;
        ends.set(server, { session, instance: draft.events.length, time });
        let answer;
        if (key !== undefined) {
            const fingerprint = fingerprintOf(job.events);
            answer = { key, value: encodeAnswer(answerOf(fingerprint, job.events, draft)) };
            this.#underWay.set(key, { fingerprint, result: job.result });
        }
        this.#write(draft, answer, group);
        group.waiting.push(job);
        if (durability === "relaxed" && numbering.isReserved(session, group))
            job.resolve(job.answer);
    }
    #write(draft, answer, group) {
        const { numbering, versions } = this.context;
        const { server, session, timestamp, events } = draft;
        const position = numbering.nextPosition();
        for (const [streamKey, version] of draft.versions())
            versions.set(streamKey, version, position);
        numbering.addTypes(group);
        const record = encodeRecord(position, timestamp, 1, events, answer);
        group.change(tables.sessions, sessionKey(server, session), record);
        group.sessions.push({ server, session, position, answer, events });
    }
    /** The time of the next session: never before that of the last one. */
    #now() {
        const { server } = this.options;
        const { ends } = this.context;
        const now = this.options.now();
        if (ends.isInTime(server, now))
            return now;
        this.#clockSteps++;
        return ends.of(server).time;
    }
}
function answerOf(fingerprint, events, draft) {
    const own = draft.events.slice(0, events.length);
    return {
        fingerprint,
        server: draft.server,
        session: draft.session,
        time: draft.time,
        versions: own.flatMap(({ stream }) => (stream === undefined ? [] : [stream.version])),
    };
}
function keyReused(key) {
    return new SluiceError("idempotency_key_reused", `The idempotency key ${JSON.stringify(key)} was used to append other events. Use a new key for ` +
        "each append, and the same one only to repeat it.");
}
