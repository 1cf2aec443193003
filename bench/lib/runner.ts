/** Runs one case: its systems in turn, in a new random order every round. */

import { Child, type Usage } from "./child.js";
import type { Case, Sample, System } from "./definition.js";
import type { LoadResult } from "./load.js";
import { quiet } from "./quiet.js";
import { shuffled } from "./statistics.js";

export interface RunOptions {
  /** Counted rounds; one more before them warms everything up. */
  readonly rounds: number;
  readonly seconds: number;
  readonly random: () => number;
}

/** What became of one system of a case. */
export interface Outcome {
  readonly system: string;
  /** One per counted round; all of a case's systems have the same rounds. */
  readonly samples: readonly Sample[];
  /** Why there are no samples: it could not run here. */
  readonly skipped?: string;
  /** Why they do not count: an answer was wrong or missing, or a process failed. */
  readonly failure?: string;
}

export async function runCase(spec: Case, options: RunOptions): Promise<Outcome[]> {
  const contenders = spec.systems.map((system) => new Contender(system, spec.fresh ?? false));
  try {
    for (const contender of contenders) await contender.start();
    for (let round = 0; round <= options.rounds; round++) {
      for (const contender of shuffled(contenders, options.random)) {
        await contender.round(options.seconds, round > 0);
      }
    }
  } finally {
    for (const contender of contenders) contender.stop();
  }
  return contenders;
}

/**
 * A system with its two processes, or the one that is both. They live as long as the case, or as one
 * round of it, and those whose turn it is not are idle, so the two running ones have the machine to
 * themselves.
 */
class Contender implements Outcome {
  readonly system: string;
  readonly samples: Sample[] = [];
  skipped?: string;
  failure?: string;
  private server: Child | undefined;
  private load: Child | undefined;

  constructor(
    private readonly spec: System,
    private readonly fresh: boolean,
  ) {
    this.system = spec.name;
  }

  async start(): Promise<void> {
    this.skipped = await this.spec.skip?.();
    if (this.skipped !== undefined || this.fresh) return;
    await this.guarded(() => this.launch());
  }

  async round(seconds: number, counted: boolean): Promise<void> {
    if (this.skipped !== undefined || this.failure !== undefined) return;
    await this.guarded(async () => {
      if (this.fresh) await this.launch();
      const { load } = this;
      if (!load) return;
      const server = this.server ?? load;
      await load.call("open");
      const serverBefore = await server.call<Usage>("usage");
      const loadBefore = await load.call<Usage>("usage");
      const result = await load.call<LoadResult>("run", seconds);
      const loadAfter = await load.call<Usage>("usage");
      const serverAfter = await server.call<Usage>("usage");
      await load.call("close");
      await quiet(server);
      if (this.fresh) this.stop();
      if (!counted) return;
      this.samples.push({
        ...result,
        serverCpuMicros: serverAfter.cpuMicros - serverBefore.cpuMicros,
        loadCpuMicros: server === load ? 0 : loadAfter.cpuMicros - loadBefore.cpuMicros,
        serverRssBytes: serverAfter.rssBytes,
      });
    });
  }

  stop(): void {
    this.server?.stop();
    this.load?.stop();
  }

  private async launch(): Promise<void> {
    const { server } = this.spec;
    let url = "";
    if (server) {
      [this.server, url] = await Child.start<string>(server.module, server.args, server.execArgv);
    }
    [this.load] = await Child.start(new URL("./load-process.js", import.meta.url));
    await this.load.call("prepare", { url, spec: this.spec.load });
  }

  /** A system that fails drops out, the others go on. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failure = (error as Error).message;
      this.stop();
    }
  }
}
