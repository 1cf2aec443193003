import { SluiceError } from "../errors.js";
import { StreamState } from "./append-messages.js";
/** Collects what is wrong with a request, so that one error can name all of it. */
export class RequestCheck {
    #violations = [];
    refuse(field, description) {
        this.#violations.push({ field, description });
    }
    /** A timestamp of the log: it knows microseconds. */
    timestamp(field, value) {
        if (value === undefined)
            return undefined;
        const { seconds, nanos } = value;
        if (nanos >= 0 && nanos < 1e9 && nanos % 1_000 === 0)
            return { seconds, micros: nanos / 1_000 };
        this.refuse(field, "must be in whole microseconds: nanos from 0 to 999999000, by thousands");
        return undefined;
    }
    eventId(field, value) {
        if (value === undefined)
            return undefined;
        const { server, instance } = value;
        return { server, session: this.number(`${field}.session`, value.session), instance };
    }
    /** A 64-bit number that JavaScript can count with. */
    number(field, value) {
        if (value <= Number.MAX_SAFE_INTEGER)
            return Number(value);
        this.refuse(field, "is larger than 2^53 - 1");
        return 0;
    }
    /** @throws SluiceError `argument_invalid` if anything was wrong. */
    finish() {
        if (this.#violations.length === 0)
            return;
        const text = this.#violations.map(({ field, description }) => `${field} ${description}`);
        throw new SluiceError("argument_invalid", text.join("; "), { violations: this.#violations });
    }
}
export function typesOf(filter) {
    return filter?.queryTypes.map(({ segments }) => segments);
}
/** The events of a request. */
export function newEventsOf(messages, check) {
    return messages.map(({ type, sourceTimestamp, json, binary, streamKey }, i) => ({
        type,
        sourceTimestamp: check.timestamp(`events[${i}].sourceTimestamp`, sourceTimestamp),
        payload: payloadOf(json, binary),
        streamKey: streamKey === "" ? undefined : streamKey,
    }));
}
function payloadOf(json, binary) {
    if (binary !== undefined)
        return { binary };
    return json === undefined ? undefined : { jsonText: json };
}
export function expectationsOf(messages, check) {
    return messages.map(({ streamKey, version, state }, i) => {
        if (version !== undefined) {
            return { streamKey, version: check.number(`expect[${i}].version`, version) };
        }
        const word = state === undefined ? undefined : words.get(state);
        if (word === undefined) {
            check.refuse(`expect[${i}]`, "says not what is expected: a version, or a state");
        }
        return { streamKey, version: word ?? "any" };
    });
}
const words = new Map([
    [StreamState.None, "none"],
    [StreamState.Exists, "exists"],
    [StreamState.Any, "any"],
]);
