import { ownFacts } from "./facts.js";
import { requireParentheses } from "./member.js";
import { validateFields } from "./validate-fields.js";
/**
 * Makes a class a protobuf message. Its fields are the properties decorated with `@field()`,
 * those of its base class included. Instances are made with `new` and no arguments.
 */
export function message(options = {}) {
    requireParentheses("message", options);
    return (target, context) => {
        const facts = ownFacts(target, context);
        facts.message = options;
        validateFields(target, facts.fields, options);
    };
}
