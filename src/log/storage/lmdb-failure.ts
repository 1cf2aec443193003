/**
 * What a transaction of LMDB has failed with. What it rejects with has a promise of that, which
 * mostly is there by then, but may never be.
 */
export async function reasonOf(failure: unknown): Promise<unknown> {
  const { commitError } = failure as { readonly commitError?: Promise<never> };
  try {
    // Whichever comes first, a rejection of the promise has somebody who handles it.
    await Promise.race([commitError, new Promise(setImmediate)]);
    return failure;
  } catch (reason) {
    return reason;
  }
}
