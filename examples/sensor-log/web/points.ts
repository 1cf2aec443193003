/** What is measured at a moment. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** A moment that no line is drawn across. */
export interface Hole {
  readonly atMs: number;
  readonly value: null;
}

/** A line of fewer points says nothing of how far apart they usually are. */
const fewest = 8;
/** So many times as far apart as half of them are. */
const holeFactor = 5;

/**
 * The points, oldest first, with a hole wherever the next one is unusually far away: the sensor was
 * not there.
 */
export function withHoles<P extends Point>(points: readonly P[]): readonly (P | Hole)[] {
  if (points.length < fewest) return points;
  const distances = points.slice(1).map(({ atMs }, i) => atMs - points[i]!.atMs);
  const half = Math.floor(distances.length / 2);
  const holeMs = holeFactor * distances.toSorted((a, b) => a - b)[half]!;
  // Of several sensors, with readings at the same times.
  if (holeMs === 0) return points;
  return points.flatMap((point, i): (P | Hole)[] => {
    const isAlone = distances[i] !== undefined && distances[i] > holeMs;
    return isAlone ? [point, { atMs: point.atMs + 1, value: null }] : [point];
  });
}
