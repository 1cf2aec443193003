import v8 from "node:v8";
import vm from "node:vm";
import { Broadcast } from "../../src/fanout/broadcast.js";
import { Subscriber } from "../../src/fanout/subscriber.js";
import { LiveSubscription } from "../../src/rpc/fast/live-subscription.js";
import { SubscriptionCall } from "../../src/rpc/fast/subscription-call.js";

/** What a process holds on to. */

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc") as () => void;

/** Bytes of live objects. */
export function liveBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** What is kept for subscribers that have gone; listeners on whatever outlives them included. */
export function leftBehind(): string[] {
  collect();
  return [LiveSubscription, SubscriptionCall, Subscriber, Broadcast]
    .map((each) => ({
      name: each.name,
      count: v8.queryObjects(each as never) as unknown as number,
    }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} of ${name}`);
}

/** Open sockets, timers and so on, which are not in `before`. */
export function newResources(before: readonly string[]): string[] {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((name) => {
    const at = known.indexOf(name);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
}
