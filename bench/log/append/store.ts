/** Whatever events are appended to, from this process. */
export interface Store {
  /** The number of the first event that will be appended. */
  readonly first: number;
  /**
   * Stores events, all of them together; durable when it resolves.
   *
   * @param number of the first of them: calls come in that order, and may overlap.
   * @throws Error when the answer is not the right one.
   */
  append(number: number, count: number): Promise<void>;
  /** Does all that was left for later, such as writing indexes, and closes. */
  finish(): Promise<void>;
  /**
   * Reads again what is stored after that, and removes it.
   *
   * @throws Error unless that is exactly the events from the first to before this one, each right.
   */
  verify(end: number): Promise<void>;
}

/** Opens a store that nobody else has; `url` is that of its server if it has one. */
export type OpenStore<O> = (options: O, url: string) => Promise<Store>;
