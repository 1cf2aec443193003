import type { Case } from "./case.js";
import { compare, type Difference } from "./compare.js";
import { type Configuration, configurations } from "./configurations.js";
import type { Plain } from "./describe.js";
import type { Mutation } from "./mutations.js";
import { type RoundResult, Side } from "./side.js";

/** Two apps of one configuration, which are asked the same. */
export class Lane implements AsyncDisposable {
  private constructor(
    readonly left: Side,
    readonly right: Side,
  ) {}

  /** An app with the fast path, and one without. */
  static async start(name: string): Promise<Lane> {
    const configuration = configurationOf(name);
    return new Lane(
      ...(await Promise.all([
        Side.start({ configuration, fastPath: true }),
        Side.start({ configuration, fastPath: false }),
      ])),
    );
  }

  /** An app and one that is the same but for a mutation, both without the fast path. */
  static async startMutated(mutation: Mutation): Promise<Lane> {
    const configuration = configurationOf(mutation.configuration ?? "default");
    // There it can get between network and app.
    const options = { configuration: { ...configuration, mounted: true }, fastPath: false };
    return new Lane(
      ...(await Promise.all([Side.start(options), Side.start({ ...options, mutation })])),
    );
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

function configurationOf(name: string): Configuration {
  const configuration = configurations[name];
  if (configuration === undefined) throw new Error(`no configuration is called ${name}`);
  return configuration;
}
