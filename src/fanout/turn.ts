/** Wants to know when the current turn of the event loop is over. */
export interface TurnMember {
  turnEnded(): void;
}

/**
 * Tells members that the current turn of the event loop is over. However many ask, a turn costs
 * one `setImmediate`, and a turn in which nobody asks costs nothing.
 */
export class Turn {
  private members: TurnMember[] = [];
  private spare: TurnMember[] = [];

  /** Calls `member.turnEnded()` once, after everything that is already due has run. */
  atEnd(member: TurnMember): void {
    if (this.members.length === 0) setImmediate(this.end);
    this.members.push(member);
  }

  private readonly end = (): void => {
    const members = this.members;
    // Two arrays take turns, so that steady traffic does not allocate.
    this.members = this.spare;
    for (const member of members) member.turnEnded();
    members.length = 0;
    this.spare = members;
  };
}
