/** A binary heap: the first item by `compare` is taken first. */
export class Heap {
    compare;
    #items = [];
    constructor(compare) {
        this.compare = compare;
    }
    get size() {
        return this.#items.length;
    }
    get first() {
        return this.#items[0];
    }
    push(item) {
        const items = this.#items;
        let at = items.push(item) - 1;
        while (at > 0) {
            const parent = (at - 1) >> 1;
            if (this.compare(items[parent], item) <= 0)
                break;
            items[at] = items[parent];
            at = parent;
        }
        items[at] = item;
    }
    /** Puts the first item where it belongs after it has changed. */
    settle() {
        const items = this.#items;
        const item = items[0];
        if (item === undefined)
            return;
        let at = 0;
        for (;;) {
            let child = 2 * at + 1;
            if (child >= items.length)
                break;
            const right = items[child + 1];
            if (right !== undefined && this.compare(right, items[child]) < 0)
                child++;
            if (this.compare(items[child], item) >= 0)
                break;
            items[at] = items[child];
            at = child;
        }
        items[at] = item;
    }
    /** Removes the first item. */
    shift() {
        const last = this.#items.pop();
        if (this.#items.length === 0)
            return;
        this.#items[0] = last;
        this.settle();
    }
}
