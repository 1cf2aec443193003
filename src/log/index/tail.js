import { momentOf } from "../moment.js";
/** What the index of a storage does not have yet: the same, in memory. */
export class Tail {
    /** By server and number of the type: see `Refs`. */
    byType = new Map();
    bySource = [];
    streams = new Map();
    answers = new Map();
    ends = new Map();
    sessions = 0;
    events = 0;
    add({ server, session, position, events, answer }) {
        this.sessions++;
        this.events += events.length;
        const types = this.byType.get(server) ?? put(this.byType, server, new Map());
        for (const { id, typeNumber, sourceTimestamp, stream } of events) {
            const { instance } = id;
            const refs = types.get(typeNumber);
            if (refs === undefined)
                types.set(typeNumber, [session, instance]);
            else
                refs.push(session, instance);
            if (sourceTimestamp !== undefined) {
                const time = momentOf(sourceTimestamp);
                this.bySource.push({ type: typeNumber, time, server, session, instance });
            }
            if (stream !== undefined)
                this.#addVersion(stream, id);
        }
        if (answer !== undefined)
            this.answers.set(answer.key, { position, value: answer.value });
        const last = events.at(-1);
        const { instance } = last.id;
        this.ends.set(server, { session, instance, time: momentOf(last.timestamp), position });
    }
    #addVersion({ key, version }, ref) {
        const runs = this.streams.get(key) ?? put(this.streams, key, []);
        const run = runs.at(-1);
        if (run !== undefined && run.first + run.refs.length === version)
            run.refs.push(ref);
        else
            runs.push({ first: version, refs: [ref] });
    }
}
function put(map, key, value) {
    map.set(key, value);
    return value;
}
