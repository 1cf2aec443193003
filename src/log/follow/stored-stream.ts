import type { ReadContext } from "../read/log-reader.js";
import { queryStream } from "../read/query-stream.js";
import type { StoredEvent } from "../stored-event.js";

/** Some events of a stream, of one session. */
interface Part {
  /** Their version says it: the position is not looked at. */
  readonly position: 0;
  readonly events: readonly StoredEvent[];
}

/** The events of a stream behind a version, in pages; those of one session together. */
export async function* storedStream(
  reading: ReadContext,
  streamKey: string,
  version: number,
): AsyncGenerator<Iterable<Part>, void> {
  for (let after: number | undefined = version; after !== undefined; ) {
    const page: Awaited<ReturnType<typeof queryStream>> = await queryStream(reading, {
      streamKey,
      after,
    });
    yield partsOf(page.events as readonly StoredEvent[]);
    after = page.next;
  }
}

function* partsOf(events: readonly StoredEvent[]): Iterable<Part> {
  let from = 0;
  for (let i = 1; i <= events.length; i++) {
    const id = events[i]?.id;
    const before = events[i - 1]!.id;
    if (id?.server === before.server && id.session === before.session) continue;
    yield { position: 0, events: events.slice(from, i) };
    from = i;
  }
}
