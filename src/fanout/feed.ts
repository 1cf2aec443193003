/** Hears of what comes through a channel. */
export interface ChannelListener<T> {
  item(item: T): void;
  /** Nothing more comes. */
  end(error: unknown): void;
}

/** What comes from now on, the same for all who listen. */
export interface Channel<T, P> {
  /** Behind what it has given last. */
  readonly place: P;
  /** After so long without an item, a heartbeat is due. */
  readonly heartbeatMs: number;
  /** An item that only says that the channel lives. */
  heartbeat(): T;
  /** Has the listener called for every item from now on, until what is returned is called. */
  listen(listener: ChannelListener<T>): () => void;
}

/**
 * What one caller follows, from a beginning of its own. As long as it is behind it is given what it
 * lacks; once it is level with its channel, what everybody there is given.
 *
 * There is nothing to be queued for a caller who is slow: its place says what it lacks.
 */
export interface Feed<T, P> {
  /**
   * Everything up to the channel, in pieces; ends when it is level. It is called again and again;
   * once it is over there is nothing.
   */
  behind(): AsyncIterable<readonly T[]>;
  /** Whether the channel has given nothing since `behind()` has ended. */
  readonly isLevel: boolean;
  /** The channel that it is level with; others may have the same one. */
  readonly channel: Channel<T, P>;
  /** While it is behind; its channel has the same. */
  readonly heartbeatMs: number;
  /** Whether it is given everything, however late; otherwise `behind()` skips what is too old. */
  readonly keepsAll: boolean;
  /** It has been given all that the channel gave, up to a place. */
  moveTo(place: P): void;
  /** An item that only says that it lives, while it is behind. */
  heartbeat(): T;
  /** It is over; called once. */
  close(): void;
}
