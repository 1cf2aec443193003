import { SluiceError } from "../errors.js";
import { findConditionMistakes } from "./model/check-conditions.js";
import { compileConditions } from "./model/conditions.js";
import { findQueryTypeProblem } from "./model/query-type.js";
import { Subscription } from "./model/subscription.js";
import { momentOf } from "./moment.js";
import { findRetentionMistakes } from "./retention/retention-rule.js";
import { maxServer } from "./tables.js";
import { WallClock } from "./wall-clock.js";
const defaultLimits = {
    maxEvents: 10_000,
    maxPayloadBytes: 2 ** 20,
    maxSessionBytes: 2 ** 24,
    maxTypeSegments: 64,
    maxTypeBytes: 1_024,
    maxTypes: 1_000_000,
    maxKeyBytes: 512,
    maxPending: 16_384,
    maxPendingBytes: 2 ** 26,
    maxRecentSessions: 4_096,
    maxSubscribers: 10_000,
    maxPageEvents: 4_096,
    maxPageRecords: 65_536,
    maxPageBytes: 2 ** 22,
};
/** @throws SluiceError `log_options_invalid`, naming everything that is wrong. */
export function resolveLogOptions(options) {
    const violations = [];
    const refuse = (field, description) => violations.push({ field, description });
    const { storage, server = 1, limits = {}, now, conditions = [], retention = [], hook } = options;
    const { identifier } = options;
    const { latest, cleanUpEverySeconds = 60, keepAnswersSeconds = 604_800 } = options;
    if (typeof storage?.commit !== "function")
        refuse("storage", "must be a storage");
    if (!isWhole(server, 0, maxServer)) {
        refuse("server", `must be a whole number from 0 to ${maxServer}`);
    }
    if (identifier !== undefined && (typeof identifier !== "string" || identifier === "")) {
        refuse("identifier", "must be a text of at least one character");
    }
    for (const [name, value] of Object.entries(limits)) {
        if (!Object.hasOwn(defaultLimits, name))
            refuse(`limits.${name}`, "is no limit of a log");
        else if (value !== undefined && !isWhole(value, 1, Number.MAX_SAFE_INTEGER)) {
            refuse(`limits.${name}`, "must be a whole number of at least 1");
        }
    }
    for (const mistake of findConditionMistakes(conditions))
        refuse("conditions", mistake);
    for (const mistake of findRetentionMistakes(retention))
        refuse("retention", mistake);
    for (const [i, type] of (latest?.types ?? []).entries()) {
        const problem = findQueryTypeProblem(type);
        if (problem !== undefined)
            refuse(`latest.types[${i}]`, problem);
    }
    if (!isWhole(cleanUpEverySeconds, 1, 86_400)) {
        refuse("cleanUpEverySeconds", "must be a whole number from 1 to 86400");
    }
    if (!isWhole(keepAnswersSeconds, 0, Number.MAX_SAFE_INTEGER)) {
        refuse("keepAnswersSeconds", "must be a whole number of at least 0");
    }
    if (violations.length > 0) {
        const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
        throw new SluiceError("log_options_invalid", `Options of the event log: ${text}`, {
            violations,
        });
    }
    const clock = new WallClock();
    return {
        storage,
        server,
        identifier,
        limits: { ...defaultLimits, ...limits },
        now: now === undefined ? () => clock.now() : () => momentOf(now()),
        conditions: compileConditions(conditions),
        retention,
        latest: latest === undefined ? Subscription.all : Subscription.of(latest.types),
        cleanUpEverySeconds,
        keepAnswersSeconds,
        hook,
    };
}
function isWhole(value, min, max) {
    return Number.isSafeInteger(value) && value >= min && value <= max;
}
