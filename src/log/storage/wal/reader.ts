import type { Entry, Key, KeyRange, Storage } from "../storage.js";
import { removed } from "./layer.js";
import { merge } from "./merge.js";
import type { Overlay } from "./overlay.js";

/**
 * Reads a storage and what lies over it, as of one moment. While it waits for the storage, layers
 * may be applied, and then what it has read may have some of their changes and not others: it
 * reads again. A layer that waits hides all that the storage may have of it.
 */
export class Reader {
  constructor(
    private readonly overlay: Overlay,
    private readonly storage: Storage,
  ) {}

  async get(table: number, keys: readonly Key[]): Promise<(Uint8Array | undefined)[]> {
    for (;;) {
      const { layers } = this.overlay;
      const values = keys.map((key) => {
        for (const layer of layers) {
          const value = layer.get(table, key);
          if (value !== undefined) return value;
        }
        return undefined;
      });
      const missing = keys.filter((_, number) => values[number] === undefined);
      const stored = missing.length === 0 ? [] : await this.storage.get(table, missing);
      if (missing.length > 0 && layers !== this.overlay.layers) continue;
      let next = 0;
      return values.map((value) => {
        if (value === undefined) return stored[next++];
        return value === removed ? undefined : value;
      });
    }
  }

  async range(table: number, range: KeyRange): Promise<Entry[]> {
    const { limit, reverse = false } = range;
    // Twice as many each time: those that are removed count for nothing.
    for (let asked = limit; ; ) {
      const { layers } = this.overlay;
      const over = layers.filter((layer) => layer.has(table));
      const stored = await this.storage.range(table, { ...range, limit: asked });
      if (layers !== this.overlay.layers) continue;
      if (over.length === 0) return stored;
      const sources = [
        ...over.map((layer) => layer.range(table, { ...range, limit: asked })),
        stored,
      ];
      const found = merge(sources, asked, limit, reverse);
      if (found !== undefined) return found;
      asked *= 2;
    }
  }
}
