/** What a page can tell its visitor about the connection. */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "live" }
  /** Lost or never had; `attempt` counts the failures since it was last live. */
  | { readonly state: "reconnecting"; readonly attempt: number; readonly reason: unknown };

export interface ReconnectOptions {
  /**
   * One connection, from its first call to its end. Whatever ends it, `keepConnected` opens the
   * next; `signal` then aborts what is left of this one. Call `alive` whenever something arrives.
   */
  readonly session: (signal: AbortSignal, alive: () => void) => Promise<void>;
  readonly onState: (connection: Connection) => void;
  /**
   * How long the other side may say nothing before the connection counts as lost: one whose
   * server vanished without a word looks like one that is merely idle.
   */
  readonly maxSilenceMs: () => number;
  /** Ends it all. */
  readonly signal?: AbortSignal;
  /** 0 to 1; for tests. */
  readonly random?: () => number;
}

const firstDelayMs = 250;
const maxDelayMs = 4_000;

/** Runs one session after the other, until the signal aborts. */
export async function keepConnected(options: ReconnectOptions): Promise<void> {
  const { onState, signal } = options;
  let attempt = 0;
  onState({ state: "connecting" });
  while (!signal?.aborted) {
    const reason = await runSession(options, () => {
      attempt = 0;
      onState({ state: "live" });
    });
    if (signal?.aborted) return;
    attempt++;
    onState({ state: "reconnecting", attempt, reason });
    await delay(backoffMs(attempt, options.random?.() ?? Math.random()), signal);
  }
}

/** Doubles from a quarter of a second to four; half of it is chance, so that tabs spread out. */
export function backoffMs(attempt: number, random: number): number {
  const fullMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return fullMs / 2 + (fullMs / 2) * random;
}

/** Resolves with why the session ended. */
async function runSession(
  { session, maxSilenceMs, signal }: ReconnectOptions,
  onLive: () => void,
): Promise<unknown> {
  const end = new AbortController();
  const stop = () => end.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  let live = false;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  const rearm = () => {
    clearTimeout(watchdog);
    if (end.signal.aborted) return;
    const silenceMs = maxSilenceMs();
    watchdog = setTimeout(
      () => end.abort(new Error(`nothing heard for ${silenceMs} ms`)),
      silenceMs,
    );
  };
  try {
    rearm();
    await session(end.signal, () => {
      rearm();
      if (!live) onLive();
      live = true;
    });
    return new Error("the server ended the stream");
  } catch (reason) {
    return reason;
  } finally {
    end.abort();
    clearTimeout(watchdog);
    signal?.removeEventListener("abort", stop);
  }
}

function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done, { once: true });
  });
}
