const unusual = Symbol("unusual");
/**
 * Leaves a compiled codec that has met something it was not made for: malformed input, a value of
 * the wrong type, a rarity. Its caller then starts over with @bufbuild/protobuf, which has the
 * answer or the error. What is thrown has no stack trace, so it costs next to nothing.
 */
export function giveUp() {
    throw unusual;
}
