import type { DescMessage } from "@bufbuild/protobuf";
import { giveUp } from "./unusual.js";

/** A function made for a message type. It is behind a property because types may be recursive. */
export interface Compiled<F> {
  readonly run: F;
}

/**
 * Calls `compile` once for each type: there is one descriptor of it, and it does not change.
 * `compile` may ask for other types, and for the one it is called for.
 */
export function oncePerType<F>(
  compile: (desc: DescMessage) => F,
): (desc: DescMessage) => Compiled<F> {
  const made = new WeakMap<DescMessage, Compiled<F>>();
  return (desc) => {
    const known = made.get(desc);
    if (known !== undefined) return known;
    const compiled = { run: giveUp as F };
    // Before it is compiled, because its fields may lead back here.
    made.set(desc, compiled);
    compiled.run = compile(desc);
    return compiled;
  };
}
