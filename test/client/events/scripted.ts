import type { MessageInitShape } from "@bufbuild/protobuf";
import { createRouterTransport, type HandlerContext, type Transport } from "@connectrpc/connect";
import {
  EventService,
  type SubscribeRequest,
  type SubscribeResponseSchema,
} from "../../../src/gen/sluice/events/v1/events_pb.js";
import { aborted, Journal } from "../../support/signals.js";

type Response = MessageInitShape<typeof SubscribeResponseSchema>;

/** What a server does with one call: gives these, then the last: an error, silence, or the end. */
export interface Call {
  readonly gives?: readonly Response[];
  readonly ends: Error | "silence" | "end";
}

/** A server whose calls of Subscribe go as a script says; the last one repeats. */
export class ScriptedServer {
  readonly requests: SubscribeRequest[] = [];
  /** Calls that have not ended. */
  open = 0;
  readonly journal = new Journal();
  readonly transport: Transport;

  constructor(private readonly calls: readonly Call[]) {
    this.transport = createRouterTransport(({ service }) => {
      service(EventService, { subscribe: (request, context) => this.#subscribe(request, context) });
    });
  }

  async *#subscribe(request: SubscribeRequest, { signal }: HandlerContext) {
    this.requests.push(request);
    const { gives = [], ends } = this.calls[Math.min(this.requests.length, this.calls.length) - 1]!;
    this.open++;
    try {
      yield* gives;
      if (ends instanceof Error) throw ends;
      if (ends === "silence") {
        this.journal.note("silence");
        await aborted(signal);
      }
    } finally {
      this.open--;
    }
  }
}

export const batch = (session: bigint, instances = 1, skipped = 0n): Response => ({
  item: {
    case: "batch",
    value: {
      skipped,
      events: Array.from({ length: instances }, (_, i) => ({
        id: { server: 1, session, instance: i + 1 },
        type: ["a"],
        stream: { key: "s", version: session },
      })),
    },
  },
});

const reached = (session: bigint) => ({
  begin: { case: "after" as const, value: { server: 1, session, instance: 1 } },
});

export const caughtUp = (session: bigint): Response => ({
  item: { case: "caughtUp", value: { reached: reached(session) } },
});

export const heartbeat = (session: bigint): Response => ({
  item: { case: "heartbeat", value: { reached: reached(session) } },
});
