/**
 * Converts what an iterable yields. Unlike an async generator, which cannot be left while it
 * waits, it hands `return()` and `throw()` on at once, so that the source learns that nobody
 * listens any more.
 */
export function mapIterable<T, R>(
  source: AsyncIterable<T>,
  convert: (value: T) => R,
): AsyncIterable<R> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await iterator.next();
          if (result.done === true) return { done: true, value: undefined };
          try {
            return { done: false, value: convert(result.value) };
          } catch (error) {
            await iterator.return?.();
            throw error;
          }
        },
        async return() {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
        // Connect's clients stop the messages they send this way, and insist on its presence.
        async throw(reason: unknown) {
          if (iterator.throw !== undefined) await iterator.throw(reason);
          else await iterator.return?.();
          throw reason;
        },
      };
    },
  };
}
