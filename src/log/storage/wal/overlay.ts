import type { Pending } from "../commit-queue.js";
import { Layer } from "./layer.js";

/** More changes than that become readable in a layer of their own, made in slices. */
const sliceChanges = 1_024;

/**
 * All that is readable and not applied, in layers: the newest takes changes, the others wait to be
 * applied, the oldest first. The list is never changed but replaced, so a reader that waited for
 * the storage behind can tell whether that one may have got something meanwhile.
 */
export class Overlay {
  #layers: readonly Layer[];
  #added = 0;
  #applied = 0;
  #bytes = 0;

  constructor(sequence: number) {
    this.#layers = [new Layer(sequence)];
  }

  /** The newest first. */
  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /** Changes that were ever added. */
  get added(): number {
    return this.#added;
  }

  /** Those of them that were applied: the first ones. */
  get applied(): number {
    return this.#applied;
  }

  /** Not applied: so many, of so many bytes. */
  get changes(): number {
    return this.#added - this.#applied;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Makes changes readable: all of each at once. */
  async add(group: readonly Pending[]): Promise<void> {
    for (const pending of group) {
      const isLarge = pending.changes.length > sliceChanges;
      const layer = isLarge ? await this.#layerOf(pending) : this.#newest;
      if (!isLarge) for (const change of pending.changes) layer.add(change);
      layer.changes += pending.changes.length;
      layer.bytes += pending.bytes;
      layer.isLoose ||= pending.isLoose;
      this.#added += pending.changes.length;
      this.#bytes += pending.bytes;
      if (isLarge) this.#layers = [new Layer(layer.sequence), layer, ...this.#layers];
    }
  }

  /** All of a record of the write-ahead log has been added. */
  mark(sequence: number): void {
    this.#newest.sequence = sequence;
    const below = this.#layers[1];
    if (this.#newest.changes === 0 && below !== undefined) below.sequence = sequence;
  }

  /** The oldest layer, which gets no more changes; `undefined` if nothing waits. */
  freeze(): Layer | undefined {
    while (this.#layers.length > 1 && this.#layers.at(-1)!.changes === 0) this.#dropOldest();
    const oldest = this.#layers.at(-1)!;
    if (oldest.changes === 0) return undefined;
    if (this.#layers.length === 1) this.#layers = [new Layer(oldest.sequence), oldest];
    return oldest;
  }

  /** The oldest layer has been applied. */
  drop(): void {
    const { changes, bytes } = this.#layers.at(-1)!;
    this.#applied += changes;
    this.#bytes -= bytes;
    this.#dropOldest();
  }

  async #layerOf({ changes }: Pending): Promise<Layer> {
    const layer = new Layer(this.#newest.sequence);
    for (const [number, change] of changes.entries()) {
      layer.add(change);
      if (number % sliceChanges === 0) await new Promise(setImmediate);
    }
    return layer;
  }

  get #newest(): Layer {
    return this.#layers[0]!;
  }

  #dropOldest(): void {
    this.#layers = this.#layers.slice(0, -1);
  }
}
