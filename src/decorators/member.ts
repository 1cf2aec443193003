import { SluiceError } from "../errors.js";

/**
 * The property name of a decorated member, from either call shape. Only public instance members
 * with a plain name can be part of a message or a service.
 */
export function memberOf(
  decorator: string,
  target: object | undefined,
  context: string | symbol | undefined | DecoratorContext,
): string {
  const isStandard = typeof context === "object";
  const name = isStandard ? context.name : context;
  const isStatic = isStandard
    ? "static" in context && context.static
    : typeof target === "function";
  const isPrivate = isStandard && "private" in context && context.private;
  if (typeof name === "string" && !isStatic && !isPrivate) return name;
  throw new SluiceError(
    "member_unsupported",
    `@${decorator} works on public instance members with a plain name; ` +
      `"${String(name)}" is ${isStatic ? "static" : isPrivate ? "private" : "named by a symbol or not a member"}. ` +
      "Move the decorator to a public instance member.",
  );
}
