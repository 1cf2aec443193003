import type { AppendOptions, AppendResult } from "./append-request.js";
import type { CommitGroup, Waiting } from "./commit-group.js";
import type { PreparedEvent } from "./prepared-event.js";
import type { Job } from "./writer.js";

/** Where an append becomes a session. */
export interface AppendStage {
  /** See `Job.form()`. */
  form(job: AppendJob, group: () => CommitGroup): Promise<void> | undefined;
  /** It is on disk. */
  committed(job: AppendJob): void;
}

/** An append on its way to disk. It is its own promise's ends: closures would cost more. */
export class AppendJob implements Job, Waiting {
  readonly bytes: number;
  readonly result: Promise<AppendResult>;
  /** What it will be answered. */
  answer: AppendResult | undefined = undefined;
  #resolve!: (result: AppendResult | Promise<AppendResult>) => void;
  #reject!: (error: unknown) => void;

  constructor(
    private readonly stage: AppendStage,
    readonly events: readonly PreparedEvent[],
    readonly options: AppendOptions,
  ) {
    let bytes = 128;
    for (const { data } of events) bytes += data?.length ?? 0;
    this.bytes = bytes;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  form(group: () => CommitGroup): Promise<void> | undefined {
    return this.stage.form(this, group);
  }

  resolve(result: AppendResult | Promise<AppendResult>): void {
    this.#resolve(result);
  }

  reject(error: unknown): void {
    this.#reject(error);
  }

  committed(): void {
    this.stage.committed(this);
    this.#resolve(this.answer!);
  }

  failed(error: unknown): void {
    this.#reject(error);
  }
}
