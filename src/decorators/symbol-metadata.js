/**
 * `Symbol.metadata` is where standard decorators keep their per-class metadata. No released
 * runtime defines it yet, and compilers read it when a class is evaluated, so it has to exist
 * before the first decorated class does. This is the whole of the standard's polyfill.
 */
const metadataSymbol = Symbol.metadata ?? Symbol.for("Symbol.metadata");
if (Symbol.metadata === undefined) {
    Object.defineProperty(Symbol, "metadata", { value: metadataSymbol });
}
export { metadataSymbol };
