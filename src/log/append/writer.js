import { SluiceError } from "../../errors.js";
import { CommitGroup } from "./commit-group.js";
/** What one commit takes at most; more than that waits for the next one. */
const maxGroupChanges = 1_024;
const maxGroupBytes = 8 * 2 ** 20;
/** Jobs that are formed, or answered, before others get their turn. */
const sliceJobs = 128;
/**
 * Forms one job after the other, and writes what they want written in groups: while one group is
 * on its way to disk the next one gathers. So however many wait, each waits for two commits at most.
 */
export class Writer {
    options;
    #queue = [];
    #head = 0;
    #pendingBytes = 0;
    #group = new CommitGroup();
    #forming;
    #committing;
    #isDue = false;
    #failure;
    #isClosed = false;
    constructor(options) {
        this.options = options;
    }
    /** Jobs that wait to be formed. */
    get pending() {
        return this.#queue.length - this.#head;
    }
    /** Why nothing can be written any more. */
    get failure() {
        return this.#failure;
    }
    /** @throws SluiceError `log_closed`, `log_failed`, `log_overloaded`. */
    submit(job) {
        this.#check(job);
        this.#queue.push(job);
        this.#pendingBytes += job.bytes;
        this.#forming ??= this.#form();
    }
    /** Refuses further jobs, and waits for those that are there. */
    async close() {
        this.#isClosed = true;
        while (this.#isBusy()) {
            await this.#forming;
            await this.#committing;
            if (this.#isDue)
                await nextTurn();
        }
    }
    #isBusy() {
        return this.#forming !== undefined || this.#committing !== undefined || this.#isDue;
    }
    #check(job) {
        if (this.#failure !== undefined)
            throw this.#failure;
        if (this.#isClosed)
            throw new SluiceError("log_closed", "The event log is closed.");
        const { maxPending, maxPendingBytes } = this.options;
        if (this.pending < maxPending && this.#pendingBytes + job.bytes <= maxPendingBytes)
            return;
        // One that is larger than the limit has to be let in some time.
        if (this.pending === 0)
            return;
        throw new SluiceError("log_overloaded", `${this.pending} appends of ${this.#pendingBytes} bytes wait to be written, as many as may ` +
            "(maxPending, maxPendingBytes). Try again later, with fewer at once.");
    }
    async #form() {
        // Whoever else is being served in this turn may add something.
        await undefined;
        for (let formed = 1; this.#head < this.#queue.length; formed++) {
            const job = this.#next();
            try {
                if (this.#failure !== undefined)
                    throw this.#failure;
                const forming = job.form(this.#gathering);
                if (forming !== undefined)
                    await forming;
            }
            catch (error) {
                job.reject(error);
            }
            if (this.#isFull()) {
                await this.#committing;
                this.#commit();
            }
            else
                this.#commitSoon();
            if (formed % sliceJobs === 0)
                await nextTurn();
        }
        this.#forming = undefined;
    }
    #next() {
        const job = this.#queue[this.#head++];
        this.#pendingBytes -= job.bytes;
        if (this.#head === this.#queue.length) {
            this.#queue = [];
            this.#head = 0;
        }
        else if (this.#head === 4_096) {
            this.#queue = this.#queue.slice(this.#head);
            this.#head = 0;
        }
        return job;
    }
    #gathering = () => this.#group;
    #isFull() {
        const { changes, bytes } = this.#group;
        return changes.length >= maxGroupChanges || bytes >= maxGroupBytes;
    }
    /** At the end of this turn: what comes until then is part of it. */
    #commitSoon() {
        if (this.#isDue || this.#committing !== undefined)
            return;
        this.#isDue = true;
        setImmediate(() => {
            this.#isDue = false;
            this.#commit();
        });
    }
    #commit() {
        if (this.#committing !== undefined || this.#group.changes.length === 0)
            return;
        const group = this.#group;
        this.#group = new CommitGroup();
        this.#committing = this.#write(group).finally(() => {
            this.#committing = undefined;
            this.#commitSoon();
        });
    }
    async #write(group) {
        const { waiting } = group;
        try {
            if (this.#failure !== undefined)
                throw this.#failure;
            await this.options.ready();
            await this.options.storage.commit(group.changes);
        }
        catch (error) {
            this.#fail(error);
            for (const each of waiting)
                each.failed(this.#failure);
            return;
        }
        this.options.onCommitted(group);
        for (let i = 0; i < waiting.length; i++) {
            // Each has something to do that has waited for this.
            if (i > 0 && i % sliceJobs === 0)
                await nextTurn();
            waiting[i].committed();
        }
    }
    #fail(error) {
        if (this.#failure !== undefined)
            return;
        this.#failure = new SluiceError("log_failed", "The log's storage has failed, and nothing more is written; what was acknowledged is safe. " +
            "Free space or repair the disk, then restart the server.", { cause: error });
        this.options.onFailed(error);
    }
}
function nextTurn() {
    return new Promise(setImmediate);
}
