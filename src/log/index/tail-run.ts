import type { EventRef } from "./tail.js";

/** Where consecutive versions of a stream are, as long as the index does not have them. */
export class TailRun {
  readonly server: number;
  /** Session, instance, session, instance, and so on: flat, as there are many. */
  readonly refs: number[];

  constructor(
    readonly first: number,
    { server, session, instance }: EventRef,
    /** The run before, which ended elsewhere or is another server's. */
    readonly before: TailRun | undefined,
  ) {
    this.server = server;
    this.refs = [session, instance];
  }

  get count(): number {
    return this.refs.length / 2;
  }

  /** Takes the next version, if that is what it is. */
  add(version: number, { server, session, instance }: EventRef): boolean {
    if (version !== this.first + this.count || server !== this.server) return false;
    this.refs.push(session, instance);
    return true;
  }
}

/** A run and those before it, the oldest first. */
export function runsUpTo(run: TailRun | undefined): TailRun[] {
  const runs: TailRun[] = [];
  for (let each = run; each !== undefined; each = each.before) runs.push(each);
  return runs.reverse();
}
