/** A number of subscribers of one server, and the check of what they receive. */
import type { Control } from "./control.js";
import { connectHttp1, type Http1Options } from "./http1.js";
import { connectHttp2, type Http2Options } from "./http2.js";
import type { Script } from "./script.js";
import { Tally } from "./tally.js";
import type { Transport } from "./transport.js";
import { connectWebSocket, type WebSocketOptions } from "./websocket.js";

export type Protocol =
  | ({ readonly name: "http1" } & Http1Options)
  | ({ readonly name: "http2" } & Http2Options)
  | ({ readonly name: "websocket" } & WebSocketOptions);

export interface AudienceOptions {
  readonly protocol: Protocol;
  readonly subscribers: number;
  /** Made anew for each audience. */
  readonly script: () => Script;
  /**
   * The server greets every subscriber, which is turn 0, instead of answering no sooner than it
   * publishes something.
   */
  readonly isGreeted?: boolean;
  /** As how many the server counts them; by default each as one. */
  readonly counted?: number;
}

/** How long subscribing, or what is due at the end of a round, may take. */
export const patienceSeconds = 60;

export class Audience {
  readonly tally: Tally;
  private readonly transport: Transport;
  private readonly counted: number;

  constructor(
    target: URL,
    private readonly options: AudienceOptions,
    onTurn?: (turn: number) => void,
  ) {
    const { script, protocol, subscribers, counted = subscribers } = options;
    this.tally = new Tally({ script: script(), readers: subscribers, onTurn });
    this.transport = connect(target, protocol, this.tally);
    this.counted = counted;
  }

  connect(): Promise<void> {
    return this.transport.connect();
  }

  /** Subscribes everybody, beside `others` who do already. Then nothing is published yet. */
  async subscribe(control: Control, others = 0): Promise<void> {
    this.transport.subscribe();
    await this.tally.unlessFailing(control.call("subscribed", others + this.counted));
  }

  /** Everybody gets the greeting, or else the first message: only then do some servers answer. */
  async first(control: Control): Promise<void> {
    await control.call("first", !this.options.isGreeted);
    await this.tally.reached(0, patienceSeconds);
  }

  /** Leaves `others` behind. Waits until the server has noticed: others must not pay for it. */
  async leave(control: Control, others = 0): Promise<void> {
    this.tally.check();
    this.transport.close();
    await control.call("subscribed", others);
  }
}

function connect(target: URL, protocol: Protocol, tally: Tally): Transport {
  switch (protocol.name) {
    case "http1":
      return connectHttp1(target, protocol, tally);
    case "http2":
      return connectHttp2(target, protocol, tally);
    case "websocket":
      return connectWebSocket(target, protocol, tally);
  }
}
