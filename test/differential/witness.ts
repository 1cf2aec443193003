import type { HandlerContext, RpcErrorContext } from "../../src/index.js";
import { turns } from "../support/signals.js";
import { describe, describeSignal, type Plain } from "./describe.js";

/** What the server side saw: of each case what happened to it, in order; and what was reported. */
export interface Sightings {
  readonly cases: { readonly [id: string]: readonly Plain[] };
  readonly reported: readonly Plain[];
}

/** Writes down what methods, interceptors and the error listener of one app get to see. */
export class Witness {
  #cases = new Map<string, Plain[]>();
  #kept: { id: string; signal: AbortSignal }[] = [];
  #reported: Plain[] = [];
  #active = 0;
  readonly #begun = new Map<string, () => void>();
  #whenIdle: (() => void) | undefined;

  /** Something happened to a case. */
  note(id: string, what: string, facts: Plain = null): void {
    const notes = this.#cases.get(id) ?? [];
    this.#cases.set(id, notes);
    notes.push({ [what]: facts });
  }

  /** The app's `onError`. */
  readonly report = (error: unknown, context: RpcErrorContext): void => {
    this.#reported.push({ error: describe(error), ...context });
  };

  /** Looks again at a call's signal when all is over: methods may have handed it on. */
  keep(id: string, { signal }: HandlerContext): void {
    this.#kept.push({ id, signal });
  }

  /** A method begins to wait for its signal; what is returned is called when it has seen it. */
  waiting(id: string): () => void {
    this.#active++;
    this.#begun.get(id)?.();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      if (--this.#active === 0) this.#whenIdle?.();
    };
  }

  /** Resolves when the method of a case waits. To be asked for before the case is sent. */
  begun(id: string): Promise<void> {
    return new Promise((resolve) => this.#begun.set(id, resolve));
  }

  /** Resolves when no method waits any more, and what follows from that has happened. */
  async quiet(): Promise<void> {
    if (this.#active > 0) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve;
      });
    }
    await turns(3);
  }

  /** All that was seen since the last time. */
  take(): Sightings {
    for (const { id, signal } of this.#kept) this.note(id, "afterwards", describeSignal(signal));
    const cases = Object.fromEntries(this.#cases);
    const reported = this.#reported.sort((a, b) =>
      JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
    );
    this.#cases = new Map();
    this.#reported = [];
    this.#kept = [];
    this.#begun.clear();
    return { cases, reported };
  }
}
