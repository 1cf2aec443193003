import { type IsRightBody, sameBody } from "./check.js";

/** The body of an answer, compared with the right one as it arrives, without being kept. */
export class AnswerBody {
  private expected: Buffer = Buffer.alloc(0);
  private matched = 0;
  /** All of the body so far, once it differs: as JSON it may still be the same value. */
  private different: Buffer | undefined;

  constructor(private readonly isRightBody: IsRightBody) {}

  expect(body: Buffer): void {
    this.expected = body;
    this.matched = 0;
    this.different = undefined;
  }

  add(data: Buffer, start: number, end: number): void {
    const { expected, matched } = this;
    const until = matched + end - start;
    if (
      !this.different &&
      until <= expected.length &&
      expected.compare(data, start, end, matched, until) === 0
    ) {
      this.matched = until;
      return;
    }
    this.different = Buffer.concat([this.received(), data.subarray(start, end)]);
  }

  isRight(contentType: string): boolean {
    // What is the same is right, if being the same is what is asked.
    return this.different || this.isRightBody !== sameBody
      ? this.isRightBody(this.expected, this.received(), contentType)
      : this.matched === this.expected.length;
  }

  received(): Buffer {
    return this.different ?? this.expected.subarray(0, this.matched);
  }
}
