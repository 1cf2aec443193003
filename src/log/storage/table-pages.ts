import { PageSize } from "./page-size.js";
import type { Entry, Storage } from "./storage.js";

/** Entries that are read at once, at most. */
const maxPage = 1_024;

/** All entries of a table, whatever their keys are, page by page; others get their turn between. */
export async function* tablePages(
  storage: Storage,
  table: number,
): AsyncGenerator<readonly Entry[], void> {
  const size = new PageSize();
  const to = new Uint8Array(storage.maxKeyBytes).fill(0xff);
  for (let from: Uint8Array = Uint8Array.of(0); ; ) {
    const limit = size.upTo(maxPage);
    const page = await storage.range(table, { from, to, limit });
    size.learn(page.map(({ value }) => value));
    if (page.length > 0) yield page;
    if (page.length < limit) return;
    from = Buffer.concat([page.at(-1)!.key, Buffer.of(0)]);
    await new Promise(setImmediate);
  }
}
