import { checkCount } from "../events.js";
import { appendedIds } from "./messages.js";

/** The sessions that appends of one event were answered with: each once, and none left out. */
export class AppendedSessions {
  private answers = 0;
  private first = Number.POSITIVE_INFINITY;
  private last = 0;
  private sum = 0;

  reset(): void {
    this.answers = 0;
    this.first = Number.POSITIVE_INFINITY;
    this.last = 0;
    this.sum = 0;
  }

  /** @throws Error if it is no answer to such an append. */
  add(response: Buffer): void {
    const [id, ...more] = appendedIds(response);
    if (id === undefined || more.length > 0 || id.session < 1 || id.instance !== 1) {
      throw new Error(`wrong answer to an append: ${response.toString("hex")}`);
    }
    this.answers++;
    this.first = Math.min(this.first, id.session);
    this.last = Math.max(this.last, id.session);
    this.sum += id.session;
  }

  /** @returns the first and the last session. */
  check(): [first: number, last: number] {
    const { answers, first, last, sum } = this;
    checkCount(`appends answered with sessions ${first} to ${last}`, answers, last - first + 1);
    checkCount("the sum of these sessions", sum, ((first + last) * answers) / 2);
    return [first, last];
  }
}
