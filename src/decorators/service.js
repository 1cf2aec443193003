import { ownFacts } from "./facts.js";
import { requireParentheses } from "./member.js";
export function service(first = {}, second = {}) {
    requireParentheses("service", first);
    const isContract = first.kind === "service";
    return (target, context) => {
        ownFacts(target, context).service = isContract
            ? { options: second, contract: first }
            : { options: first };
    };
}
