import { compareBytes } from "./bytes.js";
import type { Storage } from "./storage.js";
import { tablePages } from "./table-pages.js";

/**
 * Whether two storages have the same entries in their tables.
 *
 * @param onPage is told of entries that were found to be the same.
 */
export async function haveSameEntries(
  one: Storage,
  other: Storage,
  tables: number,
  onPage: (entries: number) => void,
): Promise<boolean> {
  for (let table = 0; table < tables; table++) {
    const others = tablePages(other, table);
    for await (const page of tablePages(one, table)) {
      // Pages are cut by what they have.
      const { value: otherPage = [] } = await others.next();
      const isSame = page.every(({ key, value }, i) => {
        const entry = otherPage[i];
        return (
          entry !== undefined &&
          compareBytes(entry.key, key) === 0 &&
          Buffer.compare(entry.value, value) === 0
        );
      });
      if (!isSame || otherPage.length !== page.length) return false;
      onPage(page.length);
    }
    if ((await others.next()).done !== true) return false;
  }
  return true;
}
