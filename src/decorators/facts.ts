import type { DescService } from "@bufbuild/protobuf";
import { SluiceError } from "../errors.js";
import type { ActionOptions } from "./action.js";
import type { FeedOptions } from "./feed.js";
import type { FieldOptions } from "./field.js";
import type { FieldType, MessageClass } from "./field-types.js";
import type { MessageOptions } from "./message.js";
import type { ServiceOptions } from "./service.js";
import type { StreamOptions } from "./stream.js";
import { metadataSymbol } from "./symbol-metadata.js";

/** Shared by everything that appears in a .proto file. */
export interface Documented {
  /** Becomes the comment above the element in the .proto file, and so in every generated SDK. */
  readonly doc?: string;
  /** Marks the element deprecated in the .proto file. */
  readonly deprecated?: boolean;
}

/** What `@field` recorded. */
export interface FieldFacts {
  readonly property: string;
  readonly number: number;
  readonly type: FieldType | undefined;
  /** The decorator was called with a type, even if that turned out to be `undefined`. */
  readonly isTypeGiven: boolean;
  /** The property's `design:type`, where the compiler emitted it. */
  readonly designType: unknown;
  readonly options: FieldOptions;
}

/** What `@action`, `@stream` or `@feed` recorded. */
export type MethodFacts = ActionFacts | StreamFacts | FeedFacts;

interface MethodFactsBase {
  readonly property: string;
  /** The method as written, before `@stream` wraps it. */
  readonly body: (...args: never[]) => unknown;
  /** The classes of the method's parameters, where the compiler emitted them. */
  readonly paramTypes: readonly unknown[] | undefined;
}

export interface ActionFacts extends MethodFactsBase {
  readonly kind: "action";
  readonly options: ActionOptions;
}

export interface StreamFacts extends MethodFactsBase {
  readonly kind: "stream";
  readonly options: StreamOptions;
}

export interface FeedFacts extends MethodFactsBase {
  readonly kind: "feed";
  readonly options: FeedOptions;
}

/** Everything the decorators of one class recorded. */
export interface ClassFacts {
  /** Own and inherited, in order of declaration, base class first. */
  readonly fields: readonly FieldFacts[];
  readonly methods: readonly MethodFacts[];
  /** Present on the class that carries `@message()` itself; not inherited. */
  readonly message?: MessageOptions;
  /** Present on the class that carries `@service()` itself; not inherited. */
  readonly service?: { readonly options: ServiceOptions; readonly contract?: DescService };
}

/** Shared by all copies of this module, so that two installed versions read each other's facts. */
const factsSymbol = Symbol.for("sluice.facts");

type Metadata = Record<symbol, unknown>;

/** The facts of a class while its decorators run. */
export interface MutableFacts {
  readonly fields: FieldFacts[];
  readonly methods: MethodFacts[];
  /** Those of the base class, which the ones above start as a copy of. */
  readonly inherited: ClassFacts | undefined;
  message?: ClassFacts["message"];
  service?: ClassFacts["service"];
}

/** The second argument of a decorator: a property name or nothing (legacy), or a context. */
export type CallContext = string | symbol | undefined | DecoratorContext;

/** The facts to write to: of this class alone, starting from a copy of its base class's. */
export function ownFacts(type: object | undefined, context: CallContext): MutableFacts {
  const metadata = (
    typeof context === "object" ? standardMetadata(context) : legacyMetadata(type!)
  ) as Metadata;
  if (Object.hasOwn(metadata, factsSymbol)) return metadata[factsSymbol] as MutableFacts;
  const inherited = metadata[factsSymbol] as ClassFacts | undefined;
  const facts: MutableFacts = {
    fields: [...(inherited?.fields ?? [])],
    methods: [...(inherited?.methods ?? [])],
    inherited,
  };
  metadata[factsSymbol] = facts;
  return facts;
}

function standardMetadata({ metadata }: Partial<DecoratorContext>): object {
  if (metadata !== undefined) return metadata;
  throw new SluiceError(
    "decorator_metadata_missing",
    "The compiler of this class calls standard decorators without the metadata object that " +
      "belongs to them. Compile with TypeScript 5.2 or later (or a tool of that age), or write " +
      '"experimentalDecorators": true in tsconfig.json.',
  );
}

/** Made for legacy decorators where standard ones have theirs, so that both are read alike. */
function legacyMetadata(type: object): object {
  const bag = type as Metadata;
  if (!Object.hasOwn(bag, metadataSymbol)) {
    const inherited = bag[metadataSymbol] as object | undefined;
    Object.defineProperty(bag, metadataSymbol, {
      value: Object.create(inherited ?? null),
      configurable: true,
      writable: true,
    });
  }
  return bag[metadataSymbol] as object;
}

/**
 * Adds what a decorator says of a member. What a base class said of the same member is replaced,
 * in its place; one class may say it only once.
 */
export function addFact<F extends { readonly property: string }>(
  facts: F[],
  inherited: readonly F[] | undefined,
  added: F,
  where: string,
): void {
  const index = facts.findIndex(({ property }) => property === added.property);
  const known = facts[index];
  if (known === undefined) facts.push(added);
  else if (inherited?.includes(known)) facts[index] = added;
  else {
    throw new SluiceError(
      "member_unsupported",
      `${where} is decorated twice. Keep one of the decorators above it.`,
    );
  }
}

/** The facts of a class, or `undefined` if nothing in it or above it is decorated. */
export function factsOf(target: object): ClassFacts | undefined {
  const metadata = (target as Metadata)[metadataSymbol] as Metadata | undefined;
  const facts = metadata?.[factsSymbol] as ClassFacts | undefined;
  if (facts === undefined || metadata === undefined) return undefined;
  // A subclass without decorators of its own has its base's members but not its base's role.
  const own = Object.hasOwn(target, metadataSymbol) && Object.hasOwn(metadata, factsSymbol);
  return own ? facts : { fields: facts.fields, methods: facts.methods };
}

/** Whether a class itself decorates a method, rather than a class it extends. */
export function declaresMethod(type: object, property: string): boolean {
  const named = (methods: readonly MethodFacts[] = []) =>
    methods.find((method) => method.property === property);
  const declared = named(factsOf(type)?.methods);
  return (
    declared !== undefined && declared !== named(factsOf(Object.getPrototypeOf(type))?.methods)
  );
}

/** Whether a class carries `@message()` itself. */
export function isMessageClass(type: unknown): type is MessageClass {
  return typeof type === "function" && factsOf(type)?.message !== undefined;
}
