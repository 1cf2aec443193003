import { SluiceError } from "../errors.js";

/** Hands one value to the topic of a stream method; `args` are those the method was called with. */
export type Publish = (value: unknown, args: readonly unknown[]) => Promise<void>;

/** On a service instance: the topics its stream methods publish to, put there on finalize. */
const publishersSymbol = Symbol.for("sluice.publishers");

interface PublishingInstance {
  [publishersSymbol]?: Map<string, Publish[]>;
}

/** The method that takes the place of a `@stream` method: run the body, publish its result. */
export function publishing(
  property: string,
  body: (...args: never[]) => unknown,
): (...args: never[]) => Promise<unknown> {
  const published = async function (this: PublishingInstance, ...args: never[]): Promise<unknown> {
    const publishers = this[publishersSymbol]?.get(property);
    if (publishers === undefined) {
      throw new SluiceError(
        "publish_before_finalize",
        `${this.constructor.name}.${property}() publishes to a stream, but this instance belongs ` +
          "to no finalized app. Pass it to `new App({ services: [instance] })` and publish after " +
          "`await app.finalize()`.",
      );
    }
    const value = await body.apply(this, args);
    for (const publish of publishers) await publish(value, args);
    return value;
  };
  return Object.defineProperty(published, "name", { value: property });
}

/** Connects a stream method of an instance to a topic; the returned function undoes it. */
export function connectPublisher(instance: object, property: string, publish: Publish): () => void {
  const target = instance as PublishingInstance;
  if (target[publishersSymbol] === undefined) {
    Object.defineProperty(target, publishersSymbol, { value: new Map(), configurable: true });
  }
  const map = target[publishersSymbol]!;
  const publishers = map.get(property) ?? [];
  map.set(property, publishers);
  publishers.push(publish);
  return () => {
    // The empty list stays: after its app has closed, publishing reaches nobody and is no error.
    publishers.splice(publishers.indexOf(publish), 1);
  };
}
