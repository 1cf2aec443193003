import type { Event } from "../../log/model/event.js";
import { LinkedAbort } from "./linked-abort.js";

/** How the pages of a query are had. */
export interface PageSource<Page> {
  /** Reads the page behind another one, or the first. */
  readonly read: (previous: Page | undefined, signal: AbortSignal | undefined) => Promise<Page>;
  readonly isLast: (page: Page) => boolean;
  /** Of whoever asks. */
  readonly signal: AbortSignal | undefined;
}

/**
 * The answer to a query, read page by page as a loop goes on. Each loop asks anew.
 *
 * ```ts
 * for await (const event of client.queryTimeseries({ order: "ascending" })) …
 * for await (const { events, cursor } of client.queryTimeseries({ limit: 50 }).pages()) …
 * ```
 */
export class PagedEvents<Page extends { readonly events: readonly Event[] }>
  implements AsyncIterable<Event>
{
  constructor(private readonly source: PageSource<Page>) {}

  /** Page by page, each asked for when the loop comes to it. */
  pages(): AsyncGenerator<Page, void> {
    return this.#pages(this.source.signal);
  }

  /** Event by event. While a loop is at one page, the next one is on its way, and no more. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void> {
    const abort = new LinkedAbort(this.source.signal);
    try {
      const pages = this.#pages(abort.signal);
      for (let next = pages.next(); ; ) {
        const { value: page, done } = await next;
        if (done) return;
        next = pages.next();
        // It is waited for in its turn, if the loop gets there.
        next.catch(() => {});
        yield* page.events;
      }
    } finally {
      abort.end();
    }
  }

  async *#pages(signal: AbortSignal | undefined): AsyncGenerator<Page, void> {
    const { read, isLast } = this.source;
    for (let page: Page | undefined; page === undefined || !isLast(page); ) {
      page = await read(page, signal);
      yield page;
    }
  }
}
