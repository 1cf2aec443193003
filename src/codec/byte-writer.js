import { giveUp } from "./unusual.js";
import { high, low, storeSigned, storeUnsigned } from "./words.js";
const initialSize = 4_096;
/** A larger scratch buffer is not kept. */
const maxKept = 1 << 20;
/** Enough for any value but texts and bytes. */
const slack = 16;
/** Up to here, calling into Node costs more than the characters one by one. */
const shortText = 24;
const maxFloat = 3.4028234663852886e38;
/**
 * Writes protobuf's binary format into a buffer that is used again. Methods are named after the
 * types of the .proto language, and give up at values that are not of theirs.
 */
export class ByteWriter {
    #buffer = Buffer.allocUnsafeSlow(initialSize);
    #view = new DataView(this.#buffer.buffer);
    #last = initialSize - slack;
    #at = 0;
    /** A copy of all that was written; the writer starts anew. */
    finish() {
        const end = this.#at;
        const result = Buffer.allocUnsafe(end);
        this.#buffer.copy(result, 0, 0, end);
        return result;
    }
    /** Forgets what was written. */
    reset() {
        this.#at = 0;
        if (this.#buffer.length > maxKept)
            this.#resize(initialSize);
    }
    tag(tag) {
        if (this.#at > this.#last)
            this.#grow(slack);
        if (tag < 0x80)
            this.#buffer[this.#at++] = tag;
        else
            this.#varint32(tag);
    }
    /** Begins something that has its length before it; `close` wants what this returns. */
    open(tag) {
        this.tag(tag);
        if (this.#at > this.#last)
            this.#grow(slack);
        return this.#at++;
    }
    /** Writes the length into the byte left for it, or makes room for a longer one. */
    close(start) {
        const end = this.#at;
        const length = end - start - 1;
        if (length < 0x80) {
            this.#buffer[start] = length;
            return;
        }
        if (end > this.#last)
            this.#grow(slack);
        const more = varintSize(length) - 1;
        this.#buffer.copyWithin(start + 1 + more, start + 1, end);
        this.#at = start;
        this.#varint32(length);
        this.#at = end + more;
    }
    string(value) {
        if (typeof value !== "string")
            giveUp();
        const { length } = value;
        if (this.#at + length * 3 > this.#last)
            this.#grow(length * 3 + slack);
        if (length > shortText || !this.#ascii(value))
            this.#utf8(value);
    }
    /** Writes a short text; false, and nothing done, if other characters than ASCII are in it. */
    #ascii(value) {
        const buffer = this.#buffer;
        const { length } = value;
        let at = this.#at;
        buffer[at++] = length;
        for (let i = 0; i < length; i++) {
            const code = value.charCodeAt(i);
            if (code > 0x7f)
                return false;
            buffer[at++] = code;
        }
        this.#at = at;
        return true;
    }
    #utf8(value) {
        const start = this.#at;
        // Right for ASCII, and seldom wrong otherwise.
        const guess = varintSize(value.length);
        const written = this.#buffer.write(value, start + guess);
        const size = varintSize(written);
        if (size !== guess) {
            this.#buffer.copyWithin(start + size, start + guess, start + guess + written);
        }
        this.#varint32(written);
        this.#at += written;
    }
    bytes(value) {
        if (!(value instanceof Uint8Array))
            giveUp();
        const { length } = value;
        if (this.#at + length > this.#last)
            this.#grow(length + slack);
        this.#varint32(length);
        this.#buffer.set(value, this.#at);
        this.#at += length;
    }
    bool(value) {
        if (typeof value !== "boolean")
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#buffer[this.#at++] = value ? 1 : 0;
    }
    int32(value) {
        if (typeof value !== "number" || (value | 0) !== value)
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        if (value >= 0)
            this.#varint32(value);
        else
            this.#varint64(value, -1);
    }
    uint32(value) {
        if (typeof value !== "number" || value >>> 0 !== value)
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#varint32(value);
    }
    sint32(value) {
        if (typeof value !== "number" || (value | 0) !== value)
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#varint32(((value << 1) ^ (value >> 31)) >>> 0);
    }
    fixed32(value) {
        if (typeof value !== "number" || value >>> 0 !== value)
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#bits32(value);
    }
    sfixed32(value) {
        if (typeof value !== "number" || (value | 0) !== value)
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#bits32(value);
    }
    int64(value) {
        if (typeof value !== "bigint" || !storeSigned(value))
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#varint64(low(), high());
    }
    uint64(value) {
        if (typeof value !== "bigint" || !storeUnsigned(value))
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#varint64(low(), high());
    }
    sint64(value) {
        if (typeof value !== "bigint" || !storeSigned(value))
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        const sign = high() >> 31;
        this.#varint64((low() << 1) ^ sign, ((high() << 1) | (low() >>> 31)) ^ sign);
    }
    fixed64(value) {
        if (typeof value !== "bigint" || !storeUnsigned(value))
            giveUp();
        this.#bits64();
    }
    sfixed64(value) {
        if (typeof value !== "bigint" || !storeSigned(value))
            giveUp();
        this.#bits64();
    }
    double(value) {
        if (typeof value !== "number")
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#view.setFloat64(this.#at, value, true);
        this.#at += 8;
    }
    float(value) {
        if (typeof value !== "number")
            giveUp();
        if (Math.abs(value) > maxFloat && Number.isFinite(value))
            giveUp();
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#view.setFloat32(this.#at, value, true);
        this.#at += 4;
    }
    #bits32(value) {
        const buffer = this.#buffer;
        const at = this.#at;
        buffer[at] = value;
        buffer[at + 1] = value >>> 8;
        buffer[at + 2] = value >>> 16;
        buffer[at + 3] = value >>> 24;
        this.#at = at + 4;
    }
    #bits64() {
        if (this.#at > this.#last)
            this.#grow(slack);
        this.#bits32(low());
        this.#bits32(high());
    }
    #varint32(value) {
        const buffer = this.#buffer;
        let at = this.#at;
        while (value > 0x7f) {
            buffer[at++] = (value & 0x7f) | 0x80;
            value >>>= 7;
        }
        buffer[at++] = value;
        this.#at = at;
    }
    #varint64(lowHalf, highHalf) {
        const buffer = this.#buffer;
        let at = this.#at;
        let l = lowHalf >>> 0;
        let h = highHalf >>> 0;
        while (h !== 0 || l > 0x7f) {
            buffer[at++] = (l & 0x7f) | 0x80;
            l = ((l >>> 7) | (h << 25)) >>> 0;
            h >>>= 7;
        }
        buffer[at++] = l;
        this.#at = at;
    }
    #grow(size) {
        let length = this.#buffer.length * 2;
        while (length - this.#at < size + slack)
            length *= 2;
        this.#resize(length);
    }
    #resize(length) {
        const old = this.#buffer;
        this.#buffer = Buffer.allocUnsafeSlow(length);
        old.copy(this.#buffer, 0, 0, this.#at);
        this.#view = new DataView(this.#buffer.buffer);
        this.#last = length - slack;
    }
}
/** How many bytes a length takes. */
function varintSize(length) {
    if (length < 0x80)
        return 1;
    if (length < 0x4000)
        return 2;
    if (length < 0x200000)
        return 3;
    if (length < 0x10000000)
        return 4;
    return 5;
}
