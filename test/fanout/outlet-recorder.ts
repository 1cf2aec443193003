import type { Encoding } from "../../src/fanout/batch.js";
import type { BroadcastMember, Outlet } from "../../src/fanout/broadcast.js";

/** A number that is published; an object, so that no two of them are the same. */
export interface Item {
  readonly n: number;
}

/** Writes numbers as text, and counts how often it had to. */
export class TextEncoding implements Encoding<Item> {
  readonly encoded = new Map<Item, number>();
  joins = 0;

  constructor(private readonly refuses: (n: number) => unknown = () => undefined) {}

  encode(item: Item): Uint8Array {
    const error = this.refuses(item.n);
    if (error !== undefined) throw error;
    this.encoded.set(item, (this.encoded.get(item) ?? 0) + 1);
    return Buffer.from(`${item.n} `);
  }

  join(parts: readonly Uint8Array[]): Uint8Array {
    this.joins++;
    return Buffer.concat(parts);
  }
}

/** The numbers in what a `TextEncoding` has written. */
export function numbersIn(bytes: Uint8Array): number[] {
  const text = Buffer.from(bytes).toString();
  return text === "" ? [] : text.trimEnd().split(" ").map(Number);
}

/** An outlet that writes everything down, and notices when it is not treated as promised. */
export class OutletRecorder implements Outlet {
  readonly writes: number[][] = [];
  readonly chunks: Uint8Array[] = [];
  /** How the topic ended it: not yet, `"normally"`, or the error. */
  ended: unknown;
  readonly faults: string[] = [];
  member: BroadcastMember | undefined;

  /** @param room how many writes it takes until it is back-pressured. */
  constructor(
    public room = Number.POSITIVE_INFINITY,
    private readonly onWrite: (numbers: number[]) => void = () => {},
  ) {}

  get numbers(): number[] {
    return this.writes.flat();
  }

  write(bytes: Uint8Array): boolean {
    if (this.ended !== undefined) this.faults.push("written after its end");
    this.chunks.push(bytes);
    this.writes.push(numbersIn(bytes));
    this.room--;
    this.onWrite(numbersIn(bytes));
    return this.room > 0;
  }

  end(error?: unknown): void {
    if (this.ended !== undefined) this.faults.push("ended twice");
    this.ended = error ?? "normally";
  }

  /** The transport has drained, and takes so many writes again. */
  drain(room = Number.POSITIVE_INFINITY): void {
    this.room = room;
    this.member?.drained();
  }
}
