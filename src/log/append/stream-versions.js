/** Streams whose last version is remembered, at most, besides those still on their way to disk. */
const maxIdle = 65_536;
/**
 * The last versions of streams, those on their way to disk included. Of others than the most
 * recent ones the index has to be asked.
 */
export class StreamVersions {
    #known = new Map();
    get(streamKey) {
        return this.#known.get(streamKey)?.version;
    }
    set(streamKey, version, position) {
        // To the end: the first are the ones to be forgotten.
        this.#known.delete(streamKey);
        this.#known.set(streamKey, { version, position });
    }
    /** Forgets some that the index knows: all up to a position. */
    committed(position) {
        if (this.#known.size <= maxIdle)
            return;
        for (const [streamKey, known] of this.#known) {
            if (known.position > position || this.#known.size <= maxIdle)
                break;
            this.#known.delete(streamKey);
        }
    }
}
