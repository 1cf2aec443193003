/** What each subscriber must receive, as one stream of bytes: positions count them. */
export interface Script {
  /** Where a subscriber is before it has received anything. */
  readonly start: number;
  /** Says what is wrong about the bytes from a position on, or nothing. */
  check(position: number, bytes: Buffer, start: number, end: number): string | undefined;
  /**
   * The last turn that is complete at a position, -1 if none is.
   *
   * @param known a turn that is complete there.
   */
  turnAt(position: number, known: number): number;
  /** Where a turn ends, of those that somebody has just received. */
  endOf(turn: number): number;
}
