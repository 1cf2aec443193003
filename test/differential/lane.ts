import type { Case } from "./case.js";
import { compare, type Difference } from "./compare.js";
import { configurations } from "./configurations.js";
import type { Plain } from "./describe.js";
import { type RoundResult, Side } from "./side.js";
import type { Mutation } from "./stand.js";

/** Two apps of one configuration, which are asked the same. */
export class Lane implements AsyncDisposable {
  private constructor(
    readonly configuration: string,
    readonly mutation: Mutation | undefined,
    readonly left: Side,
    readonly right: Side,
  ) {}

  /** With a mutation, the right one is the same as the left one but for this. */
  static async start(name: string, mutation?: Mutation): Promise<Lane> {
    const configuration = configurations[name];
    if (configuration === undefined) throw new Error(`no configuration is called ${name}`);
    const [left, right] = await Promise.all([
      mutation === undefined
        ? Side.start({ configuration, fastPath: true })
        : Side.start({ configuration: { ...configuration, mounted: true }, fastPath: false }),
      Side.start({ configuration, fastPath: false, mutation }),
    ]);
    return new Lane(name, mutation, left, right);
  }

  /** Sends cases at the same time to both, and tells where what came of it differs. */
  async compare(cases: readonly Case[]): Promise<{ result: RoundResult; found: Difference[] }> {
    const [result, other] = await Promise.all([
      this.left.perform(cases),
      this.right.perform(cases),
    ]);
    const found = compare(result as unknown as Plain, other as unknown as Plain);
    // What comes after a difference may differ only because of it.
    if (found.length > 0) this.reset();
    return { result, found };
  }

  /** Lets go of all connections. */
  reset(): void {
    this.left.reset();
    this.right.reset();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.left[Symbol.asyncDispose](), this.right[Symbol.asyncDispose]()]);
  }
}
