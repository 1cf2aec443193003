/**
 * Shows that an interceptor runs: right answers alone do not, because a server that leaves it out
 * gives them as well.
 */
import type { Exchange } from "./closed-loop.js";

/** A request without the header `without` must be answered with `status`. */
export interface Refusal {
  readonly without: string;
  readonly status: number;
}

interface Call {
  readonly path: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly exchanges: readonly Exchange[];
  readonly refusal?: Refusal;
}

/** One request before the load, where one is expected to be refused. */
export async function checkRefusal(target: URL, call: Call): Promise<void> {
  const { refusal, exchanges } = call;
  if (!refusal) return;
  const headers = new Headers({ ...call.headers, "content-type": call.contentType });
  headers.delete(refusal.without);
  const body = exchanges[0]?.request as Uint8Array<ArrayBuffer>;
  const response = await fetch(new URL(call.path, target), { method: "POST", headers, body });
  const text = await response.text();
  if (response.status !== refusal.status) {
    throw new Error(
      `status ${response.status} instead of ${refusal.status} without ${refusal.without}: ${text}`,
    );
  }
}
