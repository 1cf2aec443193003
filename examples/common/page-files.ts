import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sirv from "sirv";

/**
 * Serves the page of an example; `undefined` if it is not built.
 *
 * @param url of a module in the example's folder.
 */
export function pageFiles(url: string): ReturnType<typeof sirv> | undefined {
  const dir = fileURLToPath(new URL("web/dist", url));
  return existsSync(dir) ? sirv(dir, { etag: true }) : undefined;
}
