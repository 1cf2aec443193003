import { constants } from "node:os";

/** npm hands on the Ctrl-C that the terminal has sent to all of its children already. */
const sameKeystrokeMs = 300;

/**
 * Resolves on the first SIGINT or SIGTERM: time to close gracefully. A second one ends the process
 * at once.
 *
 * @param atOnce run before that, to take along what must not be left behind.
 */
export function stopSignal(atOnce: () => void = () => {}): Promise<NodeJS.Signals> {
  let firstAt: number | undefined;
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        const now = performance.now();
        firstAt ??= now;
        if (firstAt === now) return resolve(signal);
        if (now - firstAt < sameKeystrokeMs) return;
        atOnce();
        process.exit(128 + constants.signals[signal]);
      });
    }
  });
}
