import { SluiceError } from "../errors.js";
import { metadataSymbol } from "./symbol-metadata.js";
/** Shared by all copies of this module, so that two installed versions read each other's facts. */
const factsSymbol = Symbol.for("sluice.facts");
/** The facts to write to: of this class alone, starting from a copy of its base class's. */
export function ownFacts(type, context) {
    const metadata = (typeof context === "object" ? standardMetadata(context) : legacyMetadata(type));
    if (Object.hasOwn(metadata, factsSymbol))
        return metadata[factsSymbol];
    const inherited = metadata[factsSymbol];
    const facts = {
        fields: [...(inherited?.fields ?? [])],
        methods: [...(inherited?.methods ?? [])],
        inherited,
    };
    metadata[factsSymbol] = facts;
    return facts;
}
function standardMetadata({ metadata }) {
    if (metadata !== undefined)
        return metadata;
    throw new SluiceError("decorator_metadata_missing", "The compiler of this class calls standard decorators without the metadata object that " +
        "belongs to them. Compile with TypeScript 5.2 or later (or a tool of that age), or write " +
        '"experimentalDecorators": true in tsconfig.json.');
}
/** Made for legacy decorators where standard ones have theirs, so that both are read alike. */
function legacyMetadata(type) {
    const bag = type;
    if (!Object.hasOwn(bag, metadataSymbol)) {
        const inherited = bag[metadataSymbol];
        Object.defineProperty(bag, metadataSymbol, {
            value: Object.create(inherited ?? null),
            configurable: true,
            writable: true,
        });
    }
    return bag[metadataSymbol];
}
/**
 * Adds what a decorator says of a member. What a base class said of the same member is replaced,
 * in its place; one class may say it only once.
 */
export function addFact(facts, inherited, added, where) {
    const index = facts.findIndex(({ property }) => property === added.property);
    const known = facts[index];
    if (known === undefined)
        facts.push(added);
    else if (inherited?.includes(known))
        facts[index] = added;
    else {
        throw new SluiceError("member_unsupported", `${where} is decorated twice. Keep one of the decorators above it.`);
    }
}
/** The facts of a class, or `undefined` if nothing in it or above it is decorated. */
export function factsOf(target) {
    const metadata = target[metadataSymbol];
    const facts = metadata?.[factsSymbol];
    if (facts === undefined || metadata === undefined)
        return undefined;
    // A subclass without decorators of its own has its base's members but not its base's role.
    const own = Object.hasOwn(target, metadataSymbol) && Object.hasOwn(metadata, factsSymbol);
    return own ? facts : { fields: facts.fields, methods: facts.methods };
}
/** Whether a class itself decorates a method, rather than a class it extends. */
export function declaresMethod(type, property) {
    const named = (methods = []) => methods.find((method) => method.property === property);
    const declared = named(factsOf(type)?.methods);
    return (declared !== undefined && declared !== named(factsOf(Object.getPrototypeOf(type))?.methods));
}
/** Whether a class carries `@message()` itself. */
export function isMessageClass(type) {
    return typeof type === "function" && factsOf(type)?.message !== undefined;
}
