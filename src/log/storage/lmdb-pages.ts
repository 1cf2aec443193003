import type { Database, RootDatabase } from "lmdb";

/** What lmdb's types leave out of `getStats()`. */
interface Stats extends TreeStats {
  readonly lastPageNumber: number;
  readonly pageSize: number;
  readonly root: TreeStats;
  readonly free: TreeStats;
}

interface TreeStats {
  readonly entryCount: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/** All pages of the file that LMDB has ever used. */
export function pagesOf(root: RootDatabase<Buffer, Uint8Array>): {
  readonly pages: number;
  readonly pageBytes: number;
} {
  const { lastPageNumber, pageSize } = root.getStats() as Stats;
  return { pages: lastPageNumber + 1, pageBytes: pageSize };
}

/** Of all pages that are not free. */
export function usedBytes(
  root: RootDatabase<Buffer, Uint8Array>,
  tables: readonly Database<Buffer, Uint8Array>[],
): number {
  const stats = root.getStats() as Stats;
  const trees = [stats.root, stats.free, ...tables.map((table) => table.getStats() as Stats)];
  const pages = trees.reduce(
    (sum, tree) => sum + tree.treeBranchPageCount + tree.treeLeafPageCount + tree.overflowPages,
    // Those that the file begins with.
    2,
  );
  return pages * stats.pageSize;
}

/** Of all tables together. */
export function entryCount(tables: readonly Database<Buffer, Uint8Array>[]): number {
  return tables.reduce((sum, table) => sum + (table.getStats() as Stats).entryCount, 0);
}
