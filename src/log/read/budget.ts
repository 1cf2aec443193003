/** Records that one page of a query looks at, at most: whoever asks for more gets a cursor. */
const maxRecords = 65_536;
/** Records after which others get their turn. */
const slice = 1_024;

/** The work that may go into one page of a query. */
export class Budget {
  #left = maxRecords;
  #slice = slice;

  /** Nothing more is to be looked at: the page ends here. */
  get isSpent(): boolean {
    return this.#left <= 0;
  }

  spend(records: number): void {
    this.#left -= records;
    this.#slice -= records;
  }

  /** Lets others run, now and then. */
  async pause(): Promise<void> {
    if (this.#slice > 0) return;
    this.#slice = slice;
    await new Promise(setImmediate);
  }
}
