/** Where in the cells of a node something is. */
const parentAt = 0;
const firstChildAt = 1;
const nextSiblingAt = 2;
const childCountAt = 3;
const labelAt = 4;
const cellsPerNode = 5;
/** A node with more children than this has a map of them. */
const maxScanned = 8;
/**
 * A tree whose edges are named by segments, made for millions of nodes: a node is a number, the
 * root is 0, and what is known of it stands in one array of integers, so that it costs about 30
 * bytes and its name. Nodes are never removed. Where a node is asked for and there is none, 0 is
 * the answer: the root is nobody's child.
 */
export class SegmentTree {
    cells = new Int32Array(16 * cellsPerNode);
    segments = [""];
    maps = new Map();
    /** Adds a child that is not there yet. It becomes the first one. */
    addChild(parent, segment) {
        const node = this.segments.length;
        if ((node + 1) * cellsPerNode > this.cells.length)
            this.grow();
        this.segments.push(segment);
        this.set(node, parentAt, parent);
        this.set(node, nextSiblingAt, this.firstChild(parent));
        this.set(parent, firstChildAt, node);
        const count = this.childCount(parent) + 1;
        this.set(parent, childCountAt, count);
        if (count > maxScanned)
            this.mapOf(parent).set(segment, node);
        return node;
    }
    /** The child with this name. */
    child(parent, segment) {
        if (this.childCount(parent) > maxScanned)
            return this.maps.get(parent)?.get(segment) ?? 0;
        let node = this.firstChild(parent);
        while (node !== 0 && this.segments[node] !== segment)
            node = this.nextSibling(node);
        return node;
    }
    /** The name of a node; that of the root is empty. */
    segmentOf(node) {
        return this.segments[node];
    }
    parentOf(node) {
        return this.get(node, parentAt);
    }
    firstChild(node) {
        return this.get(node, firstChildAt);
    }
    nextSibling(node) {
        return this.get(node, nextSiblingAt);
    }
    childCount(node) {
        return this.get(node, childCountAt);
    }
    /** What was last given to `setLabel()`, at first 0. */
    labelOf(node) {
        return this.get(node, labelAt);
    }
    /** Keeps a number for the owner of the tree. */
    setLabel(node, label) {
        this.set(node, labelAt, label);
    }
    /** The node and all below it, each before its children. */
    *below(top) {
        let node = top;
        for (;;) {
            yield node;
            let next = this.firstChild(node);
            while (next === 0) {
                if (node === top)
                    return;
                next = this.nextSibling(node);
                if (next === 0)
                    node = this.parentOf(node);
            }
            node = next;
        }
    }
    mapOf(parent) {
        let map = this.maps.get(parent);
        if (map === undefined) {
            map = new Map();
            this.maps.set(parent, map);
            let node = this.firstChild(parent);
            for (; node !== 0; node = this.nextSibling(node))
                map.set(this.segments[node], node);
        }
        return map;
    }
    get(node, at) {
        return this.cells[node * cellsPerNode + at];
    }
    set(node, at, value) {
        this.cells[node * cellsPerNode + at] = value;
    }
    grow() {
        const grown = new Int32Array(this.cells.length * 2);
        grown.set(this.cells);
        this.cells = grown;
    }
}
