import { decodeHead, decodeRecord } from "../record.js";
import { maxInstance, readSessionKey, sessionKey, tables } from "../tables.js";
/** Bytes that are read at once, about. */
const targetBytes = 4 * 2 ** 20;
/** Reads records of sessions. */
export class RecordReader {
    storage;
    types;
    /** What a record takes, as of those that were read last. */
    #recordBytes = 65_536;
    constructor(storage, types) {
        this.storage = storage;
        this.types = types;
    }
    /** How many records to read at once. */
    capacity(max) {
        return Math.max(1, Math.min(max, Math.floor(targetBytes / this.#recordBytes)));
    }
    /** Records of a span, of which the first and the last may have events outside of it. */
    async range(server, { after, upTo }, reverse, limit, wanted) {
        const entries = await this.storage.range(tables.sessions, {
            from: await this.#holding(server, after),
            to: afterEvent(server, upTo),
            reverse,
            limit,
        });
        this.#learn(entries.map(({ value }) => value));
        return entries.map(({ key, value }) => this.#decode(key, value, wanted));
    }
    /** The events of refs; those that are not there any more are left out. */
    async get(server, refs) {
        const groups = grouped(refs);
        const keys = groups.map(({ session }) => sessionKey(server, session));
        const values = await this.storage.get(tables.sessions, keys);
        this.#learn(values);
        const records = [];
        for (const [i, { session, instances }] of groups.entries()) {
            const value = values[i];
            const record = value && this.#decode(keys[i], value, (_, instance) => instances.has(instance));
            if (record !== undefined && record.events.length > 0)
                records.push(record);
            for (const event of record?.events ?? [])
                instances.delete(event.id.instance);
            // What was imported may have come in several parts.
            if (instances.size > 0)
                records.push(...(await this.#parts(server, session, instances)));
        }
        return records;
    }
    /** The session of the last record before another session. */
    async lastBefore(server, session) {
        const [entry] = await this.storage.range(tables.sessions, {
            from: sessionKey(server, 0),
            to: sessionKey(server, session),
            reverse: true,
            limit: 1,
        });
        return entry && readSessionKey(entry.key)[1];
    }
    /** The first record at or behind a session, and before another. */
    async firstFrom(server, session, before) {
        const [entry] = await this.storage.range(tables.sessions, {
            from: sessionKey(server, session),
            to: sessionKey(server, before),
            limit: 1,
        });
        if (entry === undefined)
            return undefined;
        const [, found] = readSessionKey(entry.key);
        return { session: found, ...decodeHead(entry.value, server, found) };
    }
    #learn(values) {
        if (values.length === 0)
            return;
        const bytes = values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
        this.#recordBytes = Math.max(64, bytes / values.length);
    }
    async #parts(server, session, instances) {
        const entries = await this.storage.range(tables.sessions, {
            from: sessionKey(server, session, 2),
            to: sessionKey(server, session + 1),
            limit: maxInstance,
        });
        return entries
            .map(({ key, value }) => this.#decode(key, value, (_, instance) => instances.has(instance)))
            .filter(({ events }) => events.length > 0);
    }
    /** The key of the record that has the event, or of where it would begin. */
    async #holding(server, { session, instance }) {
        const key = sessionKey(server, session);
        if (instance <= 1)
            return key;
        const [last] = await this.storage.range(tables.sessions, {
            from: key,
            to: afterEvent(server, { session, instance }),
            reverse: true,
            limit: 1,
        });
        return last === undefined ? key : Buffer.from(last.key);
    }
    #decode(key, value, wanted) {
        return decodeRecord(value, readSessionKey(key), (number) => this.types.typeOf(number), wanted);
    }
}
/** Behind all records that begin with an event or before it. */
function afterEvent(server, { session, instance }) {
    if (instance === 0)
        return sessionKey(server, session);
    if (instance >= maxInstance)
        return sessionKey(server, session + 1);
    return sessionKey(server, session, instance + 1);
}
function grouped(refs) {
    const groups = [];
    for (let i = 0; i < refs.length; i += 2) {
        const last = groups.at(-1);
        if (last?.session === refs[i])
            last.instances.add(refs[i + 1]);
        else
            groups.push({ session: refs[i], instances: new Set([refs[i + 1]]) });
    }
    return groups;
}
