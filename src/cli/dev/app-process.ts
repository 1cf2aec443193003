import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { exitCodes } from "../exit-codes.js";
import {
  closeMessage,
  graceMs,
  type ReadyMessage,
  type RunMessage,
  type RunOptions,
} from "./protocol.js";

/** Beyond `graceMs`: for plugins to stop, and for a module that is still being loaded. */
const lastWordsMs = 2_000;

/** The process that runs the app once, until a file changes. */
export class AppProcess {
  readonly #child: ChildProcess;
  /** The exit code, or the name of the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** Whether it ended for a reason that no change of a file can remove. */
  unusable = false;

  constructor(
    options: RunOptions,
    hooks: {
      readonly onImport: (path: string, stamp: string) => void;
      readonly onReady: (ready: ReadyMessage) => void;
    },
  ) {
    // As this file itself: compiled, or TypeScript when run from the sources.
    const module = new URL(`./run-app${extname(import.meta.url)}`, import.meta.url);
    this.#child = fork(module, [JSON.stringify(options)]);
    this.exited = new Promise((resolve) => {
      this.#child.once("error", () => resolve(exitCodes.unusable));
      this.#child.once("exit", (code, signal) => resolve(signal ?? code ?? 0));
    });
    this.#child.on("message", (message: RunMessage) => {
      if (message.type === "import") hooks.onImport(message.path, message.stamp);
      else if (message.type === "ready") hooks.onReady(message);
      else this.unusable = true;
    });
  }

  /** Closes the app gracefully; resolves when the process, and so its port, is gone. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.send(closeMessage, () => {});
    const deadline = setTimeout(() => this.kill(), graceMs + lastWordsMs);
    await this.exited;
    clearTimeout(deadline);
  }

  /** Ends the process at once. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
