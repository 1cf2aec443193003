/**
 * The interface of a load generator. It runs in a process of its own, so that its work is neither
 * done by the server nor counted as the server's.
 */

/** Names the module that generates the load; `options` must survive structured cloning. */
export interface LoadSpec {
  /** URL of a {@link LoadModule}. */
  readonly module: string;
  readonly options: unknown;
  /** For the report: what is checked, of every answer or once a round. */
  readonly checks?: readonly string[];
}

export interface LoadModule {
  /** @param url of the server; empty if there is none. */
  createLoad(url: string, options: unknown): Load;
}

/**
 * Every answer must be checked. A wrong or missing one rejects, which fails the bench: a fast wrong
 * answer is no result.
 */
export interface Load {
  /** Connects (or subscribes). Not measured. */
  open(): Promise<void>;
  /** Loads the server for `seconds`, then waits for what is still due. */
  run(seconds: number): Promise<LoadResult>;
  /** Fails as well when something wrong arrived after the round. */
  close(): void | Promise<void>;
}

export interface LoadResult {
  /** Operations started, answered and found right. */
  readonly operations: number;
  /** From the first operation's start to the last one's answer. */
  readonly seconds: number;
  /** Whatever else the load measures, for metrics that ask for it. */
  readonly measured?: Measured;
}

/** Numbers by their names. */
export type Measured = Readonly<Record<string, number>>;
