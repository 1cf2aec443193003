import { SluiceError } from "../errors.js";
import { factsOf } from "./facts.js";
/** On a service instance: the topics its stream methods publish to, put there on finalize. */
const publishersSymbol = Symbol.for("sluice.publishers");
/** The method that takes the place of a `@stream` method: run the body, publish its result. */
export function publishing(property, body) {
    const published = function (...args) {
        const outcome = publishResult(this, property, body, args, () => {
            // Told to the app already. Programs that publish from a timer await nothing, and must not
            // end because one value could not be published.
            outcome.catch(() => { });
        });
        return outcome;
    };
    return Object.defineProperty(published, "name", { value: property });
}
async function publishResult(instance, property, body, args, onRefused) {
    const publishers = instance[publishersSymbol];
    if (publishers === undefined) {
        throw new SluiceError("publish_before_finalize", `${instance.constructor.name}.${property}() publishes to a stream, but this instance belongs ` +
            "to no finalized app. Pass it to `new App({ services: [instance] })` and publish after " +
            "`await app.finalize()`.");
    }
    const value = await body.apply(instance, args);
    // None where a subclass overrides the stream and calls this one with `super`: it publishes.
    const publish = publishers.get(body) ?? [];
    try {
        await Promise.all(publish.map((toTopic) => toTopic(value, args)));
    }
    catch (error) {
        onRefused();
        throw error;
    }
    return value;
}
/** Connects a stream method of an instance to a topic; the returned function undoes it. */
export function connectPublisher(instance, property, publish) {
    const target = instance;
    if (target[publishersSymbol] === undefined) {
        Object.defineProperty(target, publishersSymbol, { value: new Map(), configurable: true });
    }
    const map = target[publishersSymbol];
    const { body } = factsOf(instance.constructor).methods.find((m) => m.property === property);
    const publishers = map.get(body) ?? [];
    map.set(body, publishers);
    publishers.push(publish);
    return () => {
        // The empty list stays: after its app has closed, publishing reaches nobody and is no error.
        publishers.splice(publishers.indexOf(publish), 1);
    };
}
