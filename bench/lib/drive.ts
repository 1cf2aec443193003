/**
 * A closed loop in this process: a fixed number of lanes, each with one operation in flight, which
 * starts the next as soon as one is done. An operation that rejects ends the run, and fails it.
 */
export async function drive(
  lanes: number,
  seconds: number,
  operation: () => Promise<unknown>,
): Promise<{ operations: number; seconds: number }> {
  let operations = 0;
  let isOver = false;
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const lane = async () => {
    // The clock is read each time: a system that answers at once leaves no turn to any timer. At
    // least one operation is done, however short the run is.
    do {
      await operation();
      operations++;
    } while (!isOver && performance.now() < end);
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    isOver = true;
  }
  return { operations, seconds: (performance.now() - begin) / 1000 };
}
