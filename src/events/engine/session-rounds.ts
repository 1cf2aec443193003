import { SluiceError } from "../../errors.js";
import type { Clock } from "../../fanout/clock.js";
import type { SessionDraft } from "../../log/append/session-draft.js";
import type { NewEvent } from "../../log/model/event.js";
import type { Subscription } from "../../log/model/subscription.js";
import type { StoredEvent } from "../../log/stored-event.js";
import type { Module, Source } from "./module.js";

/** A module at work. */
export interface RunningModule {
  readonly module: Module;
  readonly subscription: Subscription;
  readonly source: Source;
}

export interface RoundOptions {
  /** Rounds of one session, at most. */
  readonly maxRounds: number;
  /** How long one call of a module may take. */
  readonly moduleTimeoutMs: number;
  readonly clock: Clock;
}

/** An event, and who it comes from. */
interface Sourced {
  readonly source: Source;
  readonly event: StoredEvent;
}

/**
 * Gives the events of a session to the modules: each module in its order sees each event in its
 * order. What they add is given to them all in the next round, until nothing is added.
 *
 * @throws SluiceError `module_failed`, `module_timeout`, `module_recursion`, and what adding throws.
 */
export async function runSession(
  draft: SessionDraft,
  modules: readonly RunningModule[],
  options: RoundOptions,
): Promise<void> {
  const started: RunningModule[] = [];
  let stored = false;
  try {
    for (const running of modules) {
      started.push(running);
      await call(running, options, () => running.module.onSessionStart?.(draft.session));
    }
    await runRounds(draft, modules, options);
    stored = true;
  } finally {
    for (const running of started) {
      const stop = () => running.module.onSessionStop?.(draft.session, { stored });
      // What has failed the session already is what its caller is told.
      if (stored) await call(running, options, stop);
      else await call(running, options, stop).catch(() => {});
    }
  }
}

async function runRounds(
  draft: SessionDraft,
  modules: readonly RunningModule[],
  options: RoundOptions,
): Promise<void> {
  const source = draft.source as Source;
  let round: Sourced[] = draft.events.map((event) => ({ source, event }));
  for (let left = options.maxRounds; round.length > 0; left--) {
    if (left === 0) throw tooDeep(options.maxRounds);
    const next: Sourced[] = [];
    for (const running of modules) {
      for (const { source: from, event } of round) {
        if (!running.subscription.matches(event.type)) continue;
        const added = await call(running, options, () => running.module.process(from, event));
        if (added === undefined) continue;
        for (const created of await draft.add([...added] as NewEvent[])) {
          next.push({ source: running.source, event: created });
        }
      }
    }
    round = next;
  }
}

/** Calls a module, and waits for it as long as it may take. */
async function call<T>(
  { source }: RunningModule,
  { moduleTimeoutMs, clock }: RoundOptions,
  run: () => T | Promise<T>,
): Promise<T> {
  let timer: unknown;
  try {
    const result = run();
    if (!isPromiseLike(result)) return result;
    const timeout = new Promise<never>((_, reject) => {
      timer = clock.setTimeout(() => reject(tooSlow(source.id, moduleTimeoutMs)), moduleTimeoutMs);
    });
    return await Promise.race([result, timeout]);
  } catch (error) {
    if (error instanceof SluiceError && error.code === "module_timeout") throw error;
    throw new SluiceError(
      "module_failed",
      `Module ${source.id} failed, and nothing of the session is stored.`,
      { cause: error },
    );
  } finally {
    if (timer !== undefined) clock.clearTimeout(timer);
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<never> {
  return typeof (value as Partial<PromiseLike<unknown>> | undefined)?.then === "function";
}

function tooSlow(module: number, timeoutMs: number): SluiceError {
  return new SluiceError(
    "module_timeout",
    `Module ${module} took longer than ${timeoutMs} ms (moduleTimeoutMs), and nothing of the session ` +
      "is stored.",
  );
}

function tooDeep(maxRounds: number): SluiceError {
  return new SluiceError(
    "module_recursion",
    `The modules added events in ${maxRounds} rounds and were not done (maxRounds): perhaps they ` +
      "answer each other. Nothing of the session is stored.",
  );
}
