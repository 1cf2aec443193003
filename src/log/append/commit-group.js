/** What is written together. */
export class CommitGroup {
    changes = [];
    sessions = [];
    waiting = [];
    #bytes = 0;
    get bytes() {
        return this.#bytes;
    }
    change(table, key, value) {
        this.changes.push({ table, key, value });
        this.#bytes += key.length + (value?.length ?? 0);
    }
}
