import type { CallOptions, Client } from "@connectrpc/connect";
import type { EventService } from "../../gen/sluice/events/v1/events_pb.js";
import { type Appended, appendedOf } from "./from-messages.js";
import { LinkedAbort } from "./linked-abort.js";
import { appendMessage, type EventBatch } from "./to-messages.js";

/** Appends one batch after the other over one call. */
export async function* appendStream(
  client: Client<typeof EventService>,
  batches: AsyncIterable<EventBatch> | Iterable<EventBatch>,
  options: CallOptions,
): AsyncGenerator<Appended, void> {
  const abort = new LinkedAbort(options.signal);
  const failures: unknown[] = [];
  async function* messages() {
    try {
      for await (const batch of batches) yield appendMessage(batch);
    } catch (error) {
      failures.push(error);
      throw error;
    }
  }
  const requests = messages();
  try {
    const answers = client.appendStream(requests, { ...options, signal: abort.signal });
    for await (const answer of answers) yield appendedOf(answer);
  } catch (error) {
    // What the batches themselves have thrown, Connect has wrapped.
    throw failures.length > 0 ? failures[0] : error;
  } finally {
    abort.end();
    // Connect leaves them where they are. They may be waiting for a batch that never comes.
    requests.return().catch(() => {});
  }
}
