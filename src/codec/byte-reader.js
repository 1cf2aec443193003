import { giveUp } from "./unusual.js";
import { signedOf, unsignedOf } from "./words.js";
/** Up to here, calling into Node costs more than the characters one by one. */
const shortText = 20;
/** What @bufbuild/protobuf allows. */
const maxDepth = 100;
const eight = new Uint8Array(8);
const eightView = new DataView(eight.buffer);
/**
 * Reads protobuf's binary format. Methods are named after the types of the .proto language, and
 * give up at whatever is not written the usual way. Those of values with a fixed size may read
 * beyond the end: whoever reads a message, map entry or packed list looks where it was left.
 */
export class ByteReader {
    bytes;
    at = 0;
    depth = 0;
    #keepUnknown;
    #buffer;
    constructor(bytes, keepUnknown) {
        this.bytes = bytes;
        this.#keepUnknown = keepUnknown;
    }
    /** Steps into a message, list or map entry of known length; returns where it ends. */
    enter(length) {
        if (++this.depth > maxDepth)
            giveUp();
        const end = this.at + length;
        if (end > this.bytes.length)
            giveUp();
        return end;
    }
    leave(end) {
        if (this.at !== end)
            giveUp();
        this.depth--;
    }
    /** Where the packed values or the map entry that follow will end. */
    end() {
        const length = this.uint32();
        const end = this.at + length;
        if (end > this.bytes.length)
            giveUp();
        return end;
    }
    tag() {
        const { bytes, at } = this;
        const first = bytes[at];
        if (first < 0x80) {
            this.at = at + 1;
            return first;
        }
        const tag = this.#varint32();
        const size = this.at - at;
        if (size > 5 || (size === 5 && bytes[at + 4] > 0x0f))
            giveUp();
        return tag;
    }
    uint32() {
        const byte = this.bytes[this.at];
        if (byte < 0x80) {
            this.at++;
            return byte;
        }
        return this.#varint32();
    }
    #varint32() {
        const { bytes } = this;
        let { at } = this;
        let byte = bytes[at++];
        let result = byte & 0x7f;
        for (let shift = 7; byte > 0x7f && shift < 35; shift += 7) {
            byte = bytes[at++];
            result |= (byte & 0x7f) << shift;
        }
        // A negative int32 takes ten bytes, of which the last five only repeat its sign.
        for (let rest = 5; byte > 0x7f && rest > 0; rest--)
            byte = bytes[at++];
        // Also true of a byte that is not there.
        if (!(byte < 0x80))
            giveUp();
        this.at = at;
        return result >>> 0;
    }
    int32() {
        return this.uint32() | 0;
    }
    sint32() {
        const value = this.uint32();
        return (value >>> 1) ^ -(value & 1);
    }
    #low = 0;
    #high = 0;
    #varint64() {
        const { bytes } = this;
        let { at } = this;
        let byte = bytes[at++];
        let lowHalf = byte & 0x7f;
        let highHalf = 0;
        for (let shift = 7; byte > 0x7f && shift < 28; shift += 7) {
            byte = bytes[at++];
            lowHalf |= (byte & 0x7f) << shift;
        }
        if (byte > 0x7f) {
            byte = bytes[at++];
            lowHalf |= (byte & 0x0f) << 28;
            highHalf = (byte & 0x70) >> 4;
            for (let shift = 3; byte > 0x7f && shift < 32; shift += 7) {
                byte = bytes[at++];
                highHalf |= (byte & 0x7f) << shift;
            }
        }
        if (!(byte < 0x80))
            giveUp();
        this.at = at;
        this.#low = lowHalf;
        this.#high = highHalf;
    }
    int64() {
        this.#varint64();
        return signedOf(this.#low, this.#high);
    }
    uint64() {
        this.#varint64();
        return unsignedOf(this.#low, this.#high);
    }
    sint64() {
        this.#varint64();
        const sign = -(this.#low & 1);
        const lowHalf = ((this.#low >>> 1) | ((this.#high & 1) << 31)) ^ sign;
        return signedOf(lowHalf, (this.#high >>> 1) ^ sign);
    }
    bool() {
        const byte = this.bytes[this.at];
        if (!(byte < 0x80))
            giveUp();
        this.at++;
        return byte !== 0;
    }
    sfixed32() {
        const { bytes, at } = this;
        this.at = at + 4;
        return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    }
    fixed32() {
        return this.sfixed32() >>> 0;
    }
    sfixed64() {
        const lowHalf = this.sfixed32();
        return signedOf(lowHalf, this.sfixed32());
    }
    fixed64() {
        const lowHalf = this.sfixed32();
        return unsignedOf(lowHalf, this.sfixed32());
    }
    float() {
        eightView.setInt32(0, this.sfixed32(), true);
        return eightView.getFloat32(0, true);
    }
    double() {
        const { bytes, at } = this;
        for (let i = 0; i < 8; i++)
            eight[i] = bytes[at + i];
        this.at = at + 8;
        return eightView.getFloat64(0, true);
    }
    bytesField() {
        const end = this.end();
        const { at } = this;
        this.at = end;
        return this.#part(at, end);
    }
    /** What a message keeps is no Buffer, and holds on to nothing else that came with it. */
    #part(start, end) {
        const part = this.bytes.subarray(start, end);
        return Buffer.isBuffer(part) ? new Uint8Array(part) : part;
    }
    string() {
        const end = this.end();
        const { bytes, at } = this;
        this.at = end;
        if (end - at > shortText)
            return this.#utf8(at, end);
        let text = "";
        let i = at;
        for (; i + 4 <= end; i += 4) {
            const a = bytes[i];
            const b = bytes[i + 1];
            const c = bytes[i + 2];
            const d = bytes[i + 3];
            if ((a | b | c | d) > 0x7f)
                return this.#utf8(at, end);
            text += String.fromCharCode(a, b, c, d);
        }
        for (; i < end; i++) {
            const a = bytes[i];
            if (a > 0x7f)
                return this.#utf8(at, end);
            text += String.fromCharCode(a);
        }
        return text;
    }
    #utf8(start, end) {
        this.#buffer ??= bufferOf(this.bytes);
        const text = this.#buffer.toString("utf8", start, end);
        // It stands for what is no UTF-8, and is seldom meant.
        if (text.includes("\ufffd"))
            giveUp();
        return text;
    }
    /** Adds a field that nobody knows to those before it, if they are to be kept. */
    unknown(tag, others) {
        const no = tag >>> 3;
        const wireType = tag & 7;
        if (no === 0)
            giveUp();
        const start = this.at;
        switch (wireType) {
            case 0:
                this.#varint64();
                break;
            case 1:
                this.at += 8;
                break;
            case 2:
                this.at = this.end();
                break;
            case 5:
                this.at += 4;
                break;
            default:
                giveUp();
        }
        if (this.at > this.bytes.length)
            giveUp();
        if (!this.#keepUnknown)
            return undefined;
        const data = this.#part(start, this.at);
        if (others === undefined)
            return [{ no, wireType, data }];
        others.push({ no, wireType, data });
        return others;
    }
}
function bufferOf(bytes) {
    return Buffer.isBuffer(bytes)
        ? bytes
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
