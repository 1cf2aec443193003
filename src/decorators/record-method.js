import { SluiceError } from "../errors.js";
import { designTypeOf } from "./design-types.js";
import { addFact, ownFacts } from "./facts.js";
import { memberName, memberOf } from "./member.js";
/** Records the facts of a decorated method, from either call shape, and returns them. */
export function recordMethod(target, context, descriptor, recorded) {
    const isStandard = typeof context === "object";
    const property = memberOf(recorded.kind, target, context);
    const where = memberName(target, context);
    const body = isStandard ? context.kind === "method" && target : descriptor?.value;
    if (typeof body !== "function") {
        throw new SluiceError("member_unsupported", `@${recorded.kind}() works on methods; ${where} is not one. ` +
            `Write \`async ${property}(…) { … }\` instead of a property or an accessor.`);
    }
    const facts = {
        ...recorded,
        property,
        body,
        paramTypes: designTypeOf("design:paramtypes", target, context),
    };
    const { methods, inherited } = ownFacts(target.constructor, context);
    addFact(methods, inherited?.methods, facts, where);
    return facts;
}
