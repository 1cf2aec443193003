import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import { pagesOf } from "./lmdb-pages.js";
import { writeZeros } from "./zeros.js";

/** Space is made in lots of so many pages, and what a transaction takes at least is one of them. */
const lotPages = 64;

/**
 * Space in LMDB's file behind its last page. It is made before each transaction, so that a full disk
 * shows here: when LMDB itself cannot write a page, it words an error that is longer than the memory
 * it has for it (lmdb 3.5.6), and the process may end by that.
 */
export class LmdbSpace {
  #bytes: number;

  /** @param directory in which LMDB has opened its file. */
  static async open(directory: string): Promise<LmdbSpace> {
    // By appending: should another process have the file too, nothing of it is overwritten.
    const file = await open(join(directory, "data.mdb"), "a");
    try {
      return new LmdbSpace(file, (await file.stat()).size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private constructor(
    private readonly file: FileHandle,
    bytes: number,
  ) {
    this.#bytes = bytes;
  }

  /** Of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Makes space for a transaction of so many changes, and so many bytes of keys and values.
   *
   * @throws what keeps the disk from giving it.
   */
  async reserve(
    root: RootDatabase<Buffer, Uint8Array>,
    changes: number,
    bytes: number,
  ): Promise<void> {
    const { pages, pageBytes } = pagesOf(root);
    // No page is changed in place: each change may take a copy of one, and of some on the way to it.
    // What is added ends up in pages that are at least a third full.
    const added = Math.ceil((3 * (bytes + 16 * changes)) / pageBytes);
    const needed = pages + Math.min(changes, pages) + added + lotPages;
    if (needed * pageBytes <= this.#bytes) return;
    const end = Math.ceil(needed / lotPages) * lotPages * pageBytes;
    await writeZeros(this.file, end - this.#bytes);
    this.#bytes = end;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
