import { isIndexed } from "../index/checkpoint.js";
import type { EventRef } from "../index/tail.js";
import { formatEventId } from "../model/event-id.js";
import { tablePages } from "../storage/table-pages.js";
import { maxInstance, maxSession, tables } from "../tables.js";
import { EventLookup, type Found } from "./event-lookup.js";
import type { IndexPart } from "./index-part.js";
import { readEntry } from "./read-entry.js";
import type { VerifyContext } from "./verify-context.js";

/** Events that are looked up at once: the more, the fewer records are read more than once. */
const maxRefs = 65_536;
/** Events after which progress is told. */
const stepRefs = 4_096;
/** Entries that are read at once; each names up to a thousand events, or some more. */
const maxEntries = 64;

/**
 * Whether each entry of a table of the index names an event that there is. No two entries name the
 * same, so if as many are right as there should be, none is missing.
 */
export async function checkIndex<Ref extends EventRef>(
  context: VerifyContext,
  part: IndexPart<Ref>,
): Promise<void> {
  const { storage, types, step } = context;
  const lookup = new EventLookup(storage, types.size);
  let done = 0;
  let refs: Ref[] = [];
  const lookUp = async () => {
    await lookup.each(refs, (ref, found) => {
      judge(context, part, ref, found);
      if (++done % stepRefs === 0) step(part.part, done, Math.max(done, part.expected));
    });
    refs = [];
  };
  for await (const page of tablePages(storage, part.table)) {
    for (let from = 0; from < page.length; from += maxEntries) {
      const found = await part.refs(page.slice(from, from + maxEntries));
      for (const ref of found) if (isKnown(context, part, ref)) refs.push(ref);
      if (refs.length >= maxRefs) await lookUp();
    }
  }
  await lookUp();
  step(part.part, done, done);
}

/** Whether it may be the id of an event that the index has. */
function isKnown<Ref extends EventRef>(
  { findings, checkpoint }: VerifyContext,
  part: IndexPart<Ref>,
  ref: Ref,
): boolean {
  const { server, session, instance } = ref;
  const isId =
    Number.isSafeInteger(session) &&
    session >= 1 &&
    session <= maxSession &&
    instance >= 1 &&
    instance <= maxInstance;
  if (isId && isIndexed(checkpoint, server, session, instance)) return true;
  const text = `${part.nameOf(ref)} names event ${formatEventId(ref)}, to which the index does not reach`;
  findings.add("index_ahead", part.name, text);
  return false;
}

function judge<Ref extends EventRef>(
  { findings, hasRules }: VerifyContext,
  part: IndexPart<Ref>,
  ref: Ref,
  found: Found,
): void {
  if (found.isUnknown) return;
  if (part.fits(ref, found)) {
    part.accept(ref);
    return;
  }
  const isGone = found.event === undefined;
  if (isGone && hasRules && part.outlivesEvents) return;
  const what = isGone ? "which is not there" : "which is another one";
  const text = `${part.nameOf(ref)} names event ${formatEventId(ref)}, ${what}`;
  findings.add("index_dangling", part.name, text);
}

/** Finds the events that are not where the index should have them. */
export async function findMissing(
  context: VerifyContext,
  parts: readonly IndexPart<EventRef>[],
): Promise<void> {
  const { storage, types, checkpoint, findings, step } = context;
  let done = 0;
  for await (const page of tablePages(storage, tables.sessions)) {
    for (const entry of page) {
      const { record } = readEntry(entry, types.size);
      const last = record?.events.at(-1)?.id;
      if (record === undefined || last === undefined) continue;
      if (!isIndexed(checkpoint, last.server, last.session, last.instance)) continue;
      for (const part of parts) {
        for (const { id } of await part.missing(record)) {
          findings.add("index_missing", `event ${formatEventId(id)}`, `is not in ${part.name}`);
        }
      }
    }
    done += page.length;
    step("what is missing", done, done);
  }
}
