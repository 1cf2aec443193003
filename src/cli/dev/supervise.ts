import { realpathSync } from "node:fs";
import { exitCodes } from "../exit-codes.js";
import { print, shortPath } from "../print.js";
import { stopSignal } from "../stop-signal.js";
import { AppProcess } from "./app-process.js";
import type { ReadyMessage, RunOptions } from "./protocol.js";
import { SourceWatcher } from "./source-watcher.js";
import { stampOf } from "./stamp.js";

/**
 * Runs an app in a process of its own, and again whenever one of its files changes, until a signal
 * ends it. Never two at a time: the next one starts when the last one, and its port, is gone.
 *
 * @returns the exit code.
 */
export async function supervise(options: RunOptions): Promise<number> {
  const file = realpathSync(options.file);
  using watcher = new SourceWatcher();
  let running: AppProcess | undefined;
  let announced: ReadyMessage | undefined;
  let { port } = options;
  let stopping = false;
  const stopped = stopSignal(() => running?.kill()).then(() => {
    stopping = true;
    return "stopped" as const;
  });

  while (!stopping) {
    const startedAt = performance.now();
    const imported = new Set([file]);
    watcher.begin();
    watcher.add(file, stampOf(file));
    running = new AppProcess(
      { ...options, port },
      {
        onImport(path, stamp) {
          imported.add(path);
          watcher.add(path, stamp);
        },
        onReady(ready) {
          watcher.keep(imported);
          if (!ready.listensItself) port = ready.port;
          announce(ready, announced, performance.now() - startedAt);
          announced = ready;
        },
      },
    );
    const changed = watcher.next();
    const event = await Promise.race([stopped, running.exited, changed]);
    if (typeof event !== "object" && event !== "stopped") {
      if (running.unusable) return exitCodes.unusable;
      const how = typeof event === "number" ? `exit code ${event}` : event;
      print(`${options.file} has ended (${how}); waiting for a change`);
      watcher.broad = true;
      await Promise.race([stopped, changed]);
    }
    if (stopping) print("closing");
    else print(`${(await changed).map(shortPath).join(", ")} changed`);
    await running.close();
  }
  return exitCodes.ok;
}

function announce(ready: ReadyMessage, last: ReadyMessage | undefined, tookMs: number): void {
  const { app, url, rpcs, example, written, listensItself } = ready;
  for (const path of written) print(`wrote ${path}`);
  if (last?.url === url && last.rpcs.join() === rpcs.join()) {
    print(`${app} reloaded in ${Math.round(tookMs)} ms`);
    return;
  }
  print(`${app} on ${url}${listensItself ? ", where it listens by itself" : ""}`);
  for (const line of rpcs) print(`  ${line}`);
  if (example !== undefined) print(`Try: ${example}`);
}
