import { existsSync, type FSWatcher, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import { stampOf } from "./stamp.js";

/** Editors and git write several files, and each in several steps. */
const settleMs = 50;

/**
 * Watches the files an app is made of. It is their folders that are watched: a file which an
 * editor replaces by a new one would be lost otherwise.
 */
export class SourceWatcher {
  readonly #stamps = new Map<string, string>();
  readonly #folders = new Map<string, FSWatcher>();
  readonly #changed = new Set<string>();
  #settle: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  /**
   * Whether any source file in the known folders counts, not just the known ones: an app that does
   * not start may be waiting for one that is still to be written.
   */
  broad = false;

  /** Begins with a new run of the app: changes until now are its own beginning. */
  begin(): void {
    this.broad = false;
    this.#close();
    // A checkout may have replaced whole folders: what watches the old ones sees nothing any more.
    for (const path of this.#stamps.keys()) this.add(path, stampOf(path));
  }

  /** Watches a file. A change since `stamp` counts, also if it came before this call. */
  add(path: string, stamp: string): void {
    this.#stamps.set(path, stamp);
    const folder = dirname(path);
    if (!this.#folders.has(folder) && existsSync(folder)) {
      const watcher = watch(folder, (_, name) => this.#look(folder, name));
      // On some systems a folder that is gone is an error; the next run looks for it again.
      watcher.on("error", () => watcher.close());
      this.#folders.set(folder, watcher);
    }
    this.#compare(path);
  }

  /** Stops watching all files but these. */
  keep(paths: ReadonlySet<string>): void {
    for (const path of this.#stamps.keys()) if (!paths.has(path)) this.#stamps.delete(path);
  }

  /** Resolves with what has changed, once things have settled; at once if something has already. */
  async next(): Promise<string[]> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (this.#changed.size > 0) this.#settled();
    });
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #close(): void {
    clearTimeout(this.#settle);
    this.#changed.clear();
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #look(folder: string, name: string | null): void {
    const path = join(folder, name ?? "");
    if (this.#stamps.has(path)) this.#compare(path);
    // Some systems do not say which file it was.
    else if (name === null) for (const known of this.#stamps.keys()) this.#compare(known);
    else if (this.broad && isSource(path)) this.#report(path);
  }

  #compare(path: string): void {
    const stamp = stampOf(path);
    if (stamp === this.#stamps.get(path)) return;
    this.#stamps.set(path, stamp);
    this.#report(path);
  }

  #report(path: string): void {
    this.#changed.add(path);
    this.#settled();
  }

  #settled(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.#wake?.(), settleMs);
  }
}

/** Not a file that an editor puts beside another one for a moment. */
function isSource(path: string): boolean {
  return /^[^.].*\.([cm]?[jt]sx?|json)$/.test(basename(path));
}
