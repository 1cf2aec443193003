import { Code, ConnectError } from "@connectrpc/connect";
import { untilAborted } from "./until-aborted.js";

/**
 * The messages a caller streams, for as long as the call lasts: a method that waits for the next
 * one learns at once that its caller has left, or that the time is up. The source is only let go,
 * not returned: to leave the body of an HTTP/1.1 request destroys the connection, answer and all.
 */
export function whileCalled<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterable<T> {
  const over = () => ConnectError.from(signal.reason, Code.Canceled);
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        async next() {
          if (signal.aborted) throw over();
          try {
            return await untilAborted(iterator.next(), signal, () => {});
          } catch (reason) {
            // A broken connection ends the body and the call, in whatever order.
            throw signal.aborted ? over() : reason;
          }
        },
        async return() {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
