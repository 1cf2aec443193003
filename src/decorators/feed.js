import { recordMethod } from "./record-method.js";
/**
 * Exposes feeds as a server-streaming RPC: the method returns one for each caller, who follows it
 * from a beginning of its own. Callers who are level with the same channel are written the same
 * bytes.
 */
export function feed(options) {
    return (target, context, descriptor) => {
        recordMethod(target, context, descriptor, { kind: "feed", options });
    };
}
