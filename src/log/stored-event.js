import { asBuffer } from "./tables.js";
/** An event of a log. Its payload is parsed when somebody asks for it. */
export class StoredEvent {
    id;
    typeNumber;
    type;
    timestamp;
    sourceTimestamp;
    stream;
    binaryType;
    data;
    isReleased;
    #payload;
    constructor(id, 
    /** The number that its type has in this log. */
    typeNumber, type, timestamp, sourceTimestamp, stream, 
    /** The type of a binary payload. */
    binaryType, 
    /** The payload as it is stored: text or UTF-8 of JSON, or the bytes of a binary payload. */
    data, 
    /** Kept only because it is the last of its type: no part of what happened any more. */
    isReleased = false) {
        this.id = id;
        this.typeNumber = typeNumber;
        this.type = type;
        this.timestamp = timestamp;
        this.sourceTimestamp = sourceTimestamp;
        this.stream = stream;
        this.binaryType = binaryType;
        this.data = data;
        this.isReleased = isReleased;
    }
    /** The same event, released. */
    released() {
        const { id, typeNumber, type, timestamp, sourceTimestamp, stream, binaryType, data } = this;
        return new StoredEvent(id, typeNumber, type, timestamp, sourceTimestamp, stream, binaryType, data, true);
    }
    get payload() {
        if (this.data !== undefined)
            this.#payload ??= this.#parse(this.data);
        return this.#payload;
    }
    /** The text of a JSON payload, as it is stored. */
    get jsonText() {
        if (this.data === undefined || this.binaryType !== undefined)
            return undefined;
        return textOf(this.data);
    }
    #parse(data) {
        return this.binaryType === undefined
            ? { json: JSON.parse(textOf(data)) }
            : { binary: { type: this.binaryType, data: data } };
    }
}
function textOf(data) {
    return typeof data === "string" ? data : asBuffer(data).toString("utf8");
}
