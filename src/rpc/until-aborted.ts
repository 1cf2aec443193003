/**
 * The value of a promise, or the signal's reason if it aborts first. What the promise comes to
 * after that is told to `late`, so that a failure nobody waits for is not lost.
 */
export function untilAborted<T>(
  promise: PromiseLike<T>,
  signal: AbortSignal,
  late: (reason: unknown) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(
      (value) => {
        signal.removeEventListener("abort", onAbort);
        resolve(value);
      },
      (reason: unknown) => {
        signal.removeEventListener("abort", onAbort);
        if (signal.aborted) late(reason);
        reject(reason);
      },
    );
  });
}
