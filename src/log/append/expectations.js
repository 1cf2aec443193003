import { SluiceError } from "../../errors.js";
import { keyProblem } from "./prepared-event.js";
/** @throws SluiceError `event_invalid` when an expectation is none. */
export function prepareExpectations(expectations, maxKeyBytes) {
    const violations = expectations.flatMap(({ streamKey, version }, i) => {
        const found = [];
        const problem = keyProblem(streamKey, maxKeyBytes);
        if (problem)
            found.push({ field: `expect[${i}].streamKey`, description: problem });
        if (!isVersion(version)) {
            const description = 'must be a whole number of at least 0, "none", "exists" or "any"';
            found.push({ field: `expect[${i}].version`, description });
        }
        return found;
    });
    if (violations.length === 0)
        return;
    const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    throw new SluiceError("event_invalid", text, { violations });
}
function isVersion(version) {
    if (typeof version === "number")
        return Number.isSafeInteger(version) && version >= 0;
    return version === "none" || version === "exists" || version === "any";
}
/**
 * @param versionOf the last version of a stream, 0 if it has none.
 * @throws SluiceError `version_conflict`, with the actual version of each stream that differs.
 */
export function checkExpectations(expectations, versionOf) {
    const violations = expectations.flatMap(({ streamKey, version }, i) => {
        const actual = versionOf(streamKey);
        if (holds(version, actual))
            return [];
        const description = `expects ${JSON.stringify(streamKey)} to have ${wording(version)}, ` +
            `it has ${actual === 0 ? "none" : `version ${actual}`}`;
        return [{ field: `expect[${i}]`, description }];
    });
    if (violations.length === 0)
        return;
    const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    throw new SluiceError("version_conflict", text, { violations });
}
function holds(version, actual) {
    if (version === "any")
        return true;
    if (version === "none")
        return actual === 0;
    return version === "exists" ? actual > 0 : actual === version;
}
function wording(version) {
    if (version === "none" || version === 0)
        return "no version";
    return version === "exists" ? "some version" : `version ${version}`;
}
