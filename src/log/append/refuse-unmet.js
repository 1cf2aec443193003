import { SluiceError } from "../../errors.js";
/** @throws SluiceError `event_refused` when events, which are well-formed, do not meet conditions. */
export function refuseUnmet(events, conditions) {
    if (conditions.isEmpty)
        return;
    const violations = events.flatMap(({ type, payload }, i) => {
        const rule = conditions.violated(type, parsed(payload));
        if (rule === undefined)
            return [];
        return [{ field: `events[${i}]`, description: `does not meet conditions[${rule}]` }];
    });
    if (violations.length === 0)
        return;
    const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    throw new SluiceError("event_refused", text, { violations });
}
function parsed(payload) {
    return payload !== undefined && "jsonText" in payload
        ? { json: JSON.parse(payload.jsonText) }
        : payload;
}
