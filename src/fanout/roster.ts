/** What a roster needs to know of a member. */
export interface RosterMember {
  /** Set once it has left; whoever walks the roster skips it. */
  closed: boolean;
  /** Where the roster keeps it; the roster's own business. */
  index: number;
}

/**
 * A set of members on an array: adding and removing are O(1), walking is a plain loop, and both
 * go together: while somebody walks, who leaves stays in its place (marked `closed`) and who
 * comes is put behind the end of the walk.
 */
export class Roster<M extends RosterMember> {
  private readonly members: M[] = [];
  private walks = 0;
  private left = 0;

  /** How many are present. */
  get size(): number {
    return this.members.length - this.left;
  }

  add(member: M): void {
    member.index = this.members.length;
    this.members.push(member);
  }

  /** Removes a member of this roster which is already marked `closed`. */
  remove(member: M): void {
    if (this.walks > 0) {
      this.left++;
      return;
    }
    const last = this.members.pop();
    if (last !== undefined && last !== member) {
      this.members[member.index] = last;
      last.index = member.index;
    }
  }

  /**
   * Begins a walk: loop over the indexes below the array's present length, skip those which are
   * closed, then call `endWalk()`.
   */
  beginWalk(): readonly M[] {
    this.walks++;
    return this.members;
  }

  endWalk(): void {
    this.walks--;
    if (this.walks === 0 && this.left > 0) this.compact();
  }

  private compact(): void {
    let kept = 0;
    for (const member of this.members) {
      if (member.closed) continue;
      member.index = kept;
      this.members[kept++] = member;
    }
    this.members.length = kept;
    this.left = 0;
  }
}
