/** Options of a `WalStorage`. */
export interface WalOptions {
  /** What a segment of the write-ahead log takes on disk; default 16 MiB. */
  readonly segmentBytes: number;
  /** Changes that may be in the write-ahead log only; more wait. Default 65,536. */
  readonly maxUnapplied: number;
  /** Bytes of such changes; default 64 MiB. */
  readonly maxUnappliedBytes: number;
  /** How long a few of them wait for more; default 20 ms. */
  readonly applyAfterMs: number;
}

export const defaultWalOptions: WalOptions = {
  segmentBytes: 16 * 2 ** 20,
  maxUnapplied: 65_536,
  maxUnappliedBytes: 64 * 2 ** 20,
  applyAfterMs: 20,
};
