import type { Change, Storage } from "../storage.js";
import { appliedChange } from "./applied.js";
import type { Layer } from "./layer.js";
import type { Overlay } from "./overlay.js";

/** Changes applied at once: between two lots other things run. */
const sliceChanges = 1_024;
const sliceBytes = 4 * 2 ** 20;

/** Settings of an `Applier`. */
export interface ApplierOptions {
  readonly storage: Storage;
  readonly overlay: Overlay;
  /** The number of the table that tells what is applied. */
  readonly table: number;
  /** So many changes may wait, and so many bytes. */
  readonly maxChanges: number;
  readonly maxBytes: number;
  /** How long a few changes wait for more. */
  readonly delayMs: number;
  /** The storage durably has everything up to this record. */
  readonly onApplied: (sequence: number) => void;
  /** It stops for good; what waits stays readable. */
  readonly onFailed: (error: unknown) => void;
}

/** Brings what is readable into the storage behind: late, and much at once. */
export class Applier {
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isFinishing = false;
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  constructor(private readonly options: ApplierOptions) {}

  /** Something was added to the overlay. */
  added(): void {
    if (this.#failure !== undefined) return;
    if (this.options.overlay.changes >= sliceChanges) this.#start();
    else this.#startLater();
  }

  /** Resolves when something may be added. @throws what applying has failed with. */
  async room(): Promise<void> {
    while (this.#isFull() && this.#failure === undefined) {
      this.#start();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /**
   * Applies all that there is now.
   *
   * @returns whether it could.
   */
  async flush(): Promise<boolean> {
    const { overlay } = this.options;
    const all = overlay.added;
    while (overlay.applied < all && this.#failure === undefined) {
      this.#start();
      await this.#running;
    }
    return this.#failure === undefined;
  }

  /**
   * Applies everything; nothing is added any more.
   *
   * @returns whether it could.
   */
  async finish(): Promise<boolean> {
    this.#isFinishing = true;
    while (this.options.overlay.changes > 0 && this.#failure === undefined) {
      this.#start();
      await this.#running;
    }
    await this.#running;
    clearTimeout(this.#timer);
    return this.#failure === undefined;
  }

  #isFull(): boolean {
    const { overlay, maxChanges, maxBytes } = this.options;
    return overlay.changes >= maxChanges || overlay.bytes >= maxBytes;
  }

  #startLater(): void {
    this.#timer ??= setTimeout(() => this.#start(), this.options.delayMs).unref();
  }

  #start(): void {
    if (this.#failure !== undefined || this.#running !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.options.overlay.changes > 0) this.added();
    });
  }

  async #run(): Promise<void> {
    const { overlay, onApplied, onFailed } = this.options;
    try {
      for (let layer = overlay.freeze(); layer !== undefined; layer = overlay.freeze()) {
        onApplied(await this.#apply(layer));
        overlay.drop();
        for (const resolve of this.#waiting.splice(0)) resolve();
        const isUrgent = overlay.changes >= sliceChanges || this.#isFull() || this.#isFinishing;
        if (!isUrgent) break;
      }
    } catch (error) {
      this.#failure = { error };
      onFailed(error);
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** The first lots of a layer may be there without the others: the log still has all of it. */
  async #apply(layer: Layer): Promise<number> {
    const { storage, table } = this.options;
    let changes: Change[] = [];
    let bytes = 0;
    for (const change of layer.result()) {
      const isFull = changes.length >= sliceChanges || bytes >= sliceBytes;
      if (isFull && !layer.isLoose) {
        await storage.commit(changes);
        changes = [];
        bytes = 0;
      }
      changes.push(change);
      bytes += change.key.length + (change.value?.length ?? 0);
    }
    const { sequence } = layer;
    await storage.commit([...changes, appliedChange(table, sequence)]);
    return sequence;
  }
}
