import { formatEventType } from "../model/event-type.js";
import { TypeTree } from "../model/type-tree.js";
import type { Storage } from "../storage/storage.js";
import { tablePages } from "../storage/table-pages.js";
import { asBuffer, readTypeKey, tables } from "../tables.js";
import { decodeType } from "../type-entries.js";
import type { Findings } from "./finding.js";

/** Types that are missing between two others and are told of one by one, at most. */
const maxGap = 1_000;

/** The types of a log, as far as they can be read, in the order of their numbers. */
export async function checkTypes(storage: Storage, findings: Findings): Promise<TypeTree> {
  const types = new TypeTree();
  const standIn = (text: string) => {
    findings.add("type_damaged", `type ${types.size}`, text);
    types.add(["*", `${types.size}`]);
  };
  for await (const page of tablePages(storage, tables.types)) {
    for (const { key, value } of page) {
      const number = key.length === 4 ? readTypeKey(key) : Number.POSITIVE_INFINITY;
      if (number - types.size > maxGap) {
        const text = "is no number of a type, or many before it are missing";
        findings.add("type_damaged", `types ${asBuffer(key).toString("hex")}`, text);
        continue;
      }
      while (types.size < number) standIn("is missing");
      const type = decodeType(key, value);
      const known = type && types.idOf(type);
      if (type === undefined) standIn("has a wrong checksum");
      else if (known === undefined) types.add(type);
      else standIn(`is ${JSON.stringify(formatEventType(type))}, as type ${known} is`);
    }
  }
  return types;
}
