import { recordMethod } from "./record-method.js";
export function action(options = {}) {
    return (target, context, descriptor) => {
        recordMethod(target, context, descriptor, { kind: "action", options });
    };
}
