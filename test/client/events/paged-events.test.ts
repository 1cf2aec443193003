import { createRouterTransport } from "@connectrpc/connect";
import { expect, test, vi } from "vitest";
import { EventClient } from "../../../src/client/events/event-client.js";
import { EventService } from "../../../src/gen/sluice/events/v1/events_pb.js";
import { aborted } from "../../support/signals.js";

/** Has two events on each of five pages; says which were asked for, and which calls were ended. */
function paging(hangsAt = Number.POSITIVE_INFINITY) {
  const asked: number[] = [];
  const ended: number[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(EventService, {
      async queryLatest({ pageToken }, { signal }) {
        const page = Number(pageToken || "1");
        asked.push(page);
        if (page === hangsAt) {
          await aborted(signal);
          ended.push(page);
        }
        const events = [0, 1].map((i) => ({ id: { server: 1, session: BigInt(2 * page + i) } }));
        return { events, nextPageToken: page === 5 ? "" : `${page + 1}` };
      },
    });
  });
  return { client: new EventClient(transport), asked, ended };
}

test("nothing is asked for before a loop begins; then one page ahead", async () => {
  const { client, asked } = paging();
  const events = client.queryLatest();
  const loop = events[Symbol.asyncIterator]();
  expect(asked).toEqual([]);
  for (const [i, pages] of [2, 2, 3, 3, 4, 4, 5, 5, 5, 5].entries()) {
    expect((await loop.next()).value).toMatchObject({ id: { session: i + 2 } });
    await vi.waitFor(() => expect(asked).toHaveLength(pages));
  }
  expect(await loop.next()).toMatchObject({ done: true });
  expect(asked).toEqual([1, 2, 3, 4, 5]);
});

test("a loop that is left ends the call for the page ahead, and leaves the signal alone", async () => {
  const { client, asked, ended } = paging(2);
  const stop = new AbortController();
  const add = vi.spyOn(stop.signal, "addEventListener");
  const remove = vi.spyOn(stop.signal, "removeEventListener");
  for await (const { id } of client.queryLatest({}, { signal: stop.signal })) {
    if (id.session === 3) break;
  }
  await vi.waitFor(() => expect(ended).toEqual([2]));
  expect(asked).toEqual([1, 2]);
  expect(remove.mock.calls.length).toBeGreaterThanOrEqual(1);
  expect(remove.mock.calls[0]).toEqual(add.mock.calls[0]);
});

test("an abort ends a loop that waits for a page", async () => {
  const { client, ended } = paging(2);
  const stop = new AbortController();
  const loop = client.queryLatest({}, { signal: stop.signal })[Symbol.asyncIterator]();
  await loop.next();
  await loop.next();
  const waiting = loop.next();
  stop.abort();
  await expect(waiting).rejects.toThrow("aborted");
  await vi.waitFor(() => expect(ended).toEqual([2]));
});

test("page by page, only what is asked for is read; a cursor goes on later", async () => {
  const { client, asked } = paging();
  const pages = client.queryLatest({ cursor: "3" }).pages();
  const { value: page } = await pages.next();
  expect(page).toMatchObject({ events: [{ id: { session: 6 } }, {}], cursor: "4" });
  expect(asked).toEqual([3]);
  await pages.return();
  const sizes: unknown[] = [];
  for await (const { events, cursor } of client.queryLatest(page!).pages()) {
    sizes.push([events.length, cursor]);
  }
  expect(sizes).toEqual([
    [2, "5"],
    [2, undefined],
  ]);
});

test("each loop over the same query asks anew", async () => {
  const { client, asked } = paging();
  const events = client.queryLatest({ cursor: "5" });
  for await (const _ of events);
  for await (const _ of events);
  expect(asked).toEqual([5, 5]);
});
