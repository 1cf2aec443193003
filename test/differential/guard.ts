/** Longer than anything takes that is not stuck; the server's own patience is 2 s. */
const patienceMs = 6_000;

/** The promise, or `undefined` when it seems to be stuck. */
export async function unlessStuck<T>(promise: Promise<T>, ms = patienceMs): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, stuck]);
  } finally {
    clearTimeout(timer);
  }
}
