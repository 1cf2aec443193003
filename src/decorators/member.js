import { SluiceError } from "../errors.js";
/**
 * The property name of a decorated member, from either call shape. Only public instance members
 * with a plain name can be part of a message or a service.
 */
export function memberOf(decorator, target, context) {
    const isStandard = typeof context === "object";
    const name = isStandard ? context.name : context;
    const isStatic = isStandard
        ? "static" in context && context.static
        : typeof target === "function";
    const isPrivate = isStandard && "private" in context && context.private;
    if (typeof name === "string" && !isStatic && !isPrivate)
        return name;
    throw new SluiceError("member_unsupported", `@${decorator}() works on public instance members with a plain name; ` +
        `${memberName(target, context)} is ${isStatic ? "static" : isPrivate ? "private" : "named by a symbol or not a member"}. ` +
        "Move the decorator to a public instance member.");
}
/**
 * A member for the text of errors: `Demo.ping`, or `"ping"` from a standard decorator, which does
 * not learn the name of its class.
 */
export function memberName(target, context) {
    if (typeof context === "object")
        return `"${String(context.name)}"`;
    const type = typeof target === "function" ? target : target?.constructor;
    return `${type?.name ?? ""}.${String(context)}`;
}
/** Refuses `@message` without parentheses, where the class arrives in place of the options. */
export function requireParentheses(decorator, options) {
    if (typeof options !== "function")
        return;
    throw new SluiceError("member_unsupported", `@${decorator} above class ${options.name} lacks its parentheses. Write @${decorator}().`);
}
