/** Requests that may be on their way at once: enough to fill commits, few enough to wait for. */
const maxUnderWay = 16;

/**
 * Answers requests in their order while it goes on reading: no more are read than may be on their
 * way, so whoever sends faster has to wait. The first failure ends it, after the answers before it.
 */
export async function* answersInOrder<Request, Answer>(
  requests: AsyncIterable<Request>,
  answer: (request: Request) => Promise<Answer>,
): AsyncGenerator<Answer, void> {
  const underWay: Promise<Answer>[] = [];
  const iterator = requests[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<Request>> | undefined = iterator.next();
  try {
    while (next !== undefined || underWay.length > 0) {
      const oldest = underWay[0];
      const isFull = underWay.length === maxUnderWay;
      const came: IteratorResult<Request> | undefined = await Promise.race([
        ...(oldest === undefined ? [] : [oldest.then(() => undefined)]),
        ...(next === undefined || isFull ? [] : [next]),
      ]);
      if (came === undefined) {
        underWay.shift();
        yield await oldest!;
      } else if (came.done) {
        next = undefined;
      } else {
        const answered = answer(came.value);
        // It is waited for in its turn.
        answered.catch(() => {});
        underWay.push(answered);
        next = iterator.next();
        next.catch(() => {});
      }
    }
  } finally {
    await iterator.return?.();
  }
}
