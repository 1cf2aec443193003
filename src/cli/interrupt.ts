import { stopSignal } from "./stop-signal.js";

/** Is aborted by Ctrl-C, or SIGTERM. A second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  void stopSignal().then(() => interrupt.abort());
  return interrupt.signal;
}
