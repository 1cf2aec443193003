/** Records after which others get their turn. */
const slice = 1_024;
/** The work that may go into one page of a query. */
export class Budget {
    #left;
    #slice = slice;
    /** @param records that are looked at, at most: whoever asks for more gets a cursor. */
    constructor(records) {
        this.#left = records;
    }
    /** Nothing more is to be looked at: the page ends here. */
    get isSpent() {
        return this.#left <= 0;
    }
    spend(records) {
        this.#left -= records;
        this.#slice -= records;
    }
    /**
     * Lets others run, now and then.
     *
     * @param steps that were taken besides records that were looked at.
     */
    async pause(steps = 0) {
        this.#slice -= steps;
        if (this.#slice > 0)
            return;
        this.#slice = slice;
        await new Promise(setImmediate);
    }
}
