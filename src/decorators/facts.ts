import type { DescService } from "@bufbuild/protobuf";
import type { ActionOptions } from "./action.js";
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
  /** The property's `design:type`, where the compiler emitted it. */
  readonly designType: unknown;
  readonly options: FieldOptions;
}

/** What `@action` or `@stream` recorded. */
export type MethodFacts = ActionFacts | StreamFacts;

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
interface MutableFacts {
  fields: FieldFacts[];
  methods: MethodFacts[];
  message?: ClassFacts["message"];
  service?: ClassFacts["service"];
}

/** The facts to write to: of this class alone, starting from a copy of its base class's. */
export function ownFacts(metadata: object): MutableFacts {
  const bag = metadata as Metadata;
  if (Object.hasOwn(bag, factsSymbol)) return bag[factsSymbol] as MutableFacts;
  const inherited = bag[factsSymbol] as ClassFacts | undefined;
  const facts: MutableFacts = {
    fields: [...(inherited?.fields ?? [])],
    methods: [...(inherited?.methods ?? [])],
  };
  bag[factsSymbol] = facts;
  return facts;
}

/**
 * The metadata object of a class. Standard decorators are handed theirs; for legacy ones it is
 * made here, in the same place and with the same inheritance, so that both read alike.
 */
export function metadataOf(target: object): object {
  const bag = target as Metadata;
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

/** The facts of a class, or `undefined` if nothing in it or above it is decorated. */
export function factsOf(target: object): ClassFacts | undefined {
  const metadata = (target as Metadata)[metadataSymbol] as Metadata | undefined;
  const facts = metadata?.[factsSymbol] as ClassFacts | undefined;
  if (facts === undefined || metadata === undefined) return undefined;
  // A subclass without decorators of its own has its base's members but not its base's role.
  const own = Object.hasOwn(target, metadataSymbol) && Object.hasOwn(metadata, factsSymbol);
  return own ? facts : { fields: facts.fields, methods: facts.methods };
}

/** Whether a class carries `@message()` itself. */
export function isMessageClass(type: unknown): type is MessageClass {
  return typeof type === "function" && factsOf(type)?.message !== undefined;
}
