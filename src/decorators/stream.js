import { publishing } from "./publishing.js";
import { recordMethod } from "./record-method.js";
export function stream(options) {
    return (target, context, descriptor) => {
        const facts = recordMethod(target, context, descriptor, {
            kind: "stream",
            options,
        });
        if (isAsyncGenerator(facts.body))
            return;
        const published = publishing(facts.property, facts.body);
        if (typeof context === "object")
            return published;
        descriptor.value = published;
    };
}
const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () { }).constructor;
/** Whether a function was written as `async function*`: what it is, not what it returns. */
export function isAsyncGenerator(body) {
    return body instanceof AsyncGeneratorFunction;
}
