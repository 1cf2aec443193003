import type { App } from "./app.js";

/**
 * A named bundle of services with its own beginning and end. Its RPCs appear beside the app's,
 * in the same .proto files, on the same port.
 */
export interface Plugin {
  /** Unique within an app. */
  readonly name: string;
  /** The function that makes such plugins: what `app.get()` finds it by. */
  readonly factory?: (...args: never[]) => Plugin;
  /** Instances of classes decorated with `@service()`. */
  readonly services?: readonly object[];
  /** The proto package of its services; default: the app's. */
  readonly package?: string;
  /**
   * Run on `app.finalize()`, in the order of `app.use()`, before the first call can arrive. When
   * one throws, those already started are stopped and finalizing fails with its error.
   */
  readonly start?: (app: App) => void | Promise<void>;
  /** Run on `app.close()`, in reverse order, after the last call has been answered. */
  readonly stop?: () => void | Promise<void>;
}

/** The plugins that have started, so that exactly those can be stopped. */
export class StartedPlugins {
  readonly #started: Plugin[] = [];

  /** Starts plugins one after the other; on failure stops those that have started, and throws. */
  async start(plugins: readonly Plugin[], app: App): Promise<void> {
    for (const plugin of plugins) {
      try {
        await plugin.start?.(app);
      } catch (error) {
        const failures = await this.stop();
        if (failures.length === 0) throw error;
        throw new AggregateError(
          [error, ...failures],
          `plugin "${plugin.name}" failed to start, and others to stop after it`,
        );
      }
      this.#started.push(plugin);
    }
  }

  /** Stops what has started, last one first, each whatever becomes of the others. */
  async stop(): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (let plugin = this.#started.pop(); plugin !== undefined; plugin = this.#started.pop()) {
      try {
        await plugin.stop?.();
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}
