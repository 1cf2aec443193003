/** Closes a server on Ctrl-C, or when the system ends the process. */
export function closeOnSignal(close: () => Promise<void>): void {
  const stop = () => {
    close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  };
  // Not just once: npm hands on the Ctrl-C that the terminal has sent to this process already, and
  // the second one must not cut short what the first one began.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
}
