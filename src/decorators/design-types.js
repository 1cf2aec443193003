// The lite build has no WeakMap polyfill; all it adds is Reflect.metadata and its readers.
import "reflect-metadata/lite";
/**
 * Metadata that `emitDecoratorMetadata` left for a legacy decorator; standard decorators have
 * none, and esbuild (tsx, vite 7) never emits any.
 */
export function designTypeOf(key, target, context) {
    if (typeof context === "object" || target === undefined)
        return undefined;
    return Reflect.getMetadata(key, target, context);
}
