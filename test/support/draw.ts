import fc from "fast-check";

/** Random decisions taken one after the other, where a value depends on those before it. */
export interface Draw {
  /** From 0 to `max`, both included. */
  nat(max: number): number;
  chance(percent: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** A short text, control characters and characters beyond 16 bits included. */
  text(): string;
}

/**
 * An arbitrary of whatever `build` makes of its random decisions. It is fed from a random list, and
 * with the smallest decision (0, no, the first item) when the list is used up: a shorter list makes
 * a smaller value, which is how a failing one shrinks. (`fc.gen()` would do, but several of them in
 * one tuple all draw the same.)
 */
export function drawing<T>(build: (draw: Draw) => T): fc.Arbitrary<T> {
  const list = fc.array(fc.nat(), { maxLength: 3000, size: "max" });
  return fc.noBias(list).map((numbers) => build(listDraw(numbers)));
}

/** Ranges of code points that each deserve a share, whatever their size. */
const codePoints = [
  [0x61, 0x7a],
  [0x20, 0x7e],
  [0x00, 0x1f],
  [0x7f, 0xff],
  [0x100, 0xd7ff],
  [0xe000, 0xffff],
  [0x10000, 0x10ffff],
] as const;

function listDraw(numbers: readonly number[]): Draw {
  let next = 0;
  const nat = (max: number) => (numbers[next++] ?? 0) % (max + 1);
  const pick = <T>(items: readonly T[]) => items[nat(items.length - 1)] as T;
  const char = () => {
    const [from, to] = pick(codePoints);
    return String.fromCodePoint(from + nat(to - from));
  };
  return {
    nat,
    pick,
    chance: (percent) => nat(99) >= 100 - percent,
    text: () => Array.from({ length: nat(8) }, char).join(""),
  };
}
