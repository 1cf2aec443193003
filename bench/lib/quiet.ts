import { setTimeout as sleep } from "node:timers/promises";
import type { Child, Usage } from "./child.js";

const everyMs = 25;
/** Of one core. */
const busyShare = 0.2;
const patienceMs = 10_000;

/** Waits until a process has done what it left for later, so that the next one has the machine. */
export async function quiet(child: Child): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  let before = await child.call<Usage>("usage");
  for (let at = performance.now(); at < giveUpAt; ) {
    await sleep(everyMs);
    const now = await child.call<Usage>("usage");
    const elapsedMs = performance.now() - at;
    if (now.cpuMicros - before.cpuMicros < busyShare * elapsedMs * 1e3) return;
    before = now;
    at += elapsedMs;
  }
}
