/** How many entries the index should have, as the records say. */
export class Expected {
  /** By number of the type. */
  readonly byType: number[] = [];
  bySource = 0;
  streams = 0;
  answers = 0;
  released = 0;

  constructor(
    types: number,
    /** Idempotency keys that were used before are forgotten: by position. */
    readonly firstAnswer: number,
  ) {
    for (let type = 0; type < types; type++) this.byType.push(0);
  }
}
