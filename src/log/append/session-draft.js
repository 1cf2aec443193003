import { SluiceError } from "../../errors.js";
import { timestampOf } from "../moment.js";
import { StoredEvent } from "../stored-event.js";
import { prepareEvents } from "./prepared-event.js";
import { refuseUnmet } from "./refuse-unmet.js";
/** A session that is being put together: its events have ids, but nobody has seen them yet. */
export class SessionDraft {
    context;
    server;
    session;
    time;
    source;
    timestamp;
    events = [];
    /** The last versions of the streams it adds to; most sessions have none. */
    #versions = undefined;
    #bytes = 0;
    constructor(context, server, session, time, 
    /** Who appends. */
    source) {
        this.context = context;
        this.server = server;
        this.session = session;
        this.time = time;
        this.source = source;
        this.timestamp = timestampOf(time);
    }
    /** Bytes of all payloads. */
    get bytes() {
        return this.#bytes;
    }
    /** The last version of a stream that was looked up, its own events included. */
    versionOf(streamKey) {
        return this.#versions.get(streamKey);
    }
    /** The last versions of all streams that were looked up. */
    versions() {
        return this.#versions ?? [];
    }
    /**
     * Adds events that are not checked yet.
     *
     * @throws SluiceError `event_invalid`, `event_refused`, `session_too_large`, `event_types_exceeded`.
     */
    async add(events) {
        const prepared = prepareEvents(events, this.context);
        refuseUnmet(events, this.context.conditions);
        await this.lookUp(prepared);
        return this.addPrepared(prepared);
    }
    /** Finds out about streams that are not known yet; `undefined` if all are. */
    lookUp(list) {
        let pending;
        for (const { streamKey } of list) {
            if (streamKey === undefined)
                continue;
            this.#versions ??= new Map();
            if (this.#versions.has(streamKey))
                continue;
            const known = this.context.versions.get(streamKey);
            if (known !== undefined)
                this.#versions.set(streamKey, known);
            else {
                pending ??= [];
                pending.push(this.#load(streamKey));
            }
        }
        return pending && Promise.all(pending);
    }
    async #load(streamKey) {
        this.#versions.set(streamKey, await this.context.index.lastVersion(streamKey));
    }
    /** @throws SluiceError `session_too_large`, `event_types_exceeded`. */
    addPrepared(prepared) {
        const { maxEvents, maxSessionBytes } = this.context.limits;
        if (this.events.length + prepared.length > maxEvents) {
            throw tooLarge(`${this.events.length + prepared.length} events`, `${maxEvents} (maxEvents)`);
        }
        const added = prepared.map((event) => this.#add(event));
        if (this.#bytes > maxSessionBytes) {
            throw tooLarge(`${this.#bytes} bytes`, `${maxSessionBytes} (maxSessionBytes)`);
        }
        return added;
    }
    #add({ type, typeNumber, sourceTimestamp, streamKey, binaryType, data }) {
        const number = typeNumber ?? this.context.typeNumber(type);
        let stream;
        if (streamKey !== undefined) {
            const version = this.versionOf(streamKey) + 1;
            this.#versions.set(streamKey, version);
            stream = { key: streamKey, version };
        }
        if (data !== undefined)
            this.#bytes += data.length;
        const event = new StoredEvent({ server: this.server, session: this.session, instance: this.events.length + 1 }, number, this.context.types.typeOf(number), this.timestamp, sourceTimestamp, stream, binaryType, data);
        this.events.push(event);
        return event;
    }
}
function tooLarge(what, limit) {
    return new SluiceError("session_too_large", `A session of ${what} is larger than ${limit}.`);
}
