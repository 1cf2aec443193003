import { SluiceError } from "../../errors.js";
/** What is known of a log where it is written, what is still on its way to disk included. */
export class LogContext {
    limits;
    types;
    conditions;
    numbering;
    ends;
    versions;
    index;
    constructor(limits, types, conditions, numbering, ends, versions, index) {
        this.limits = limits;
        this.types = types;
        this.conditions = conditions;
        this.numbering = numbering;
        this.ends = ends;
        this.versions = versions;
        this.index = index;
    }
    /**
     * The number of a type, a new one if the log does not have it.
     *
     * @throws SluiceError `event_types_exceeded`
     */
    typeNumber(type) {
        const { types, limits } = this;
        const known = types.idOf(type);
        if (known !== undefined)
            return known;
        if (types.size >= limits.maxTypes) {
            throw new SluiceError("event_types_exceeded", `The log has ${types.size} event types, as many as it may have (maxTypes). Put what varies ` +
                "without end, such as ids, into the payload or the stream key.");
        }
        return types.add(type);
    }
}
