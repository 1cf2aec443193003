import { metadataSymbol } from "../../src/decorators/symbol-metadata.js";

/** How a compiler calls a decorator: `experimentalDecorators`, or the standard (TC39). */
export type Shape = "legacy" | "standard";

/** Both call shapes, for suites that run over them. */
export const shapes: readonly Shape[] = ["legacy", "standard"];

// biome-ignore lint/suspicious/noExplicitAny: decorators of any kind, called as compilers call them
export type AnyDecorator = (...args: any[]) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: classes whose members only their plan knows
export type AnyClass = new (...args: any[]) => any;

/** A class written as data. */
export interface ClassPlan {
  readonly name: string;
  readonly base?: AnyClass;
  /** `@field(…) name` and the like; the value is what the property holds in a new instance. */
  readonly fields?: readonly (readonly [property: string, decorator: AnyDecorator])[];
  readonly methods?: readonly (readonly [
    property: string,
    decorator: AnyDecorator | undefined,
    body: (...args: never[]) => unknown,
  ])[];
  /** `@message(…)`, `@service(…)`. */
  readonly decorators?: readonly AnyDecorator[];
  /** The type metadata that emitDecoratorMetadata leaves for legacy decorators. */
  readonly designTypes?: Readonly<Record<string, unknown>>;
}

/**
 * Evaluates a class as compiled code does. vitest can only compile legacy decorators; here the
 * same test defines a class in both shapes. Real compilers' output runs in test/toolchains.
 */
export function defineClass(shape: Shape, plan: ClassPlan): AnyClass {
  const Base = plan.base ?? Object;
  const type = { [plan.name]: class extends (Base as AnyClass) {} }[plan.name] as AnyClass;
  for (const [property, , body] of plan.methods ?? []) {
    Object.defineProperty(type.prototype, property, {
      value: body,
      writable: true,
      configurable: true,
    });
  }
  if (shape === "legacy") defineLegacy(type, plan);
  else defineStandard(type, plan);
  return type;
}

/** As TypeScript's `__decorate` helper: members in order of their declaration, then the class. */
function defineLegacy(type: AnyClass, plan: ClassPlan): void {
  const { prototype } = type;
  for (const [property, decorate] of plan.fields ?? []) {
    setDesignType(plan, prototype, property);
    decorate(prototype, property, undefined);
  }
  for (const [property, decorate] of plan.methods ?? []) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, property)!;
    Object.defineProperty(
      prototype,
      property,
      (decorate?.(prototype, property, descriptor) as PropertyDescriptor) ?? descriptor,
    );
  }
  for (const decorate of plan.decorators ?? []) decorate(type);
}

function setDesignType({ designTypes = {} }: ClassPlan, prototype: object, property: string): void {
  if (!Object.hasOwn(designTypes, property)) return;
  Reflect.defineMetadata("design:type", designTypes[property], prototype, property);
}

/** As the proposal's `ClassDefinitionEvaluation`: methods first, then fields, then the class. */
function defineStandard(type: AnyClass, plan: ClassPlan): void {
  const inherited = (plan.base as { [metadataSymbol]?: object } | undefined)?.[
    metadataSymbol as never
  ] as object | undefined;
  const metadata = Object.create(inherited ?? null);
  const context = (kind: string, name: string) => ({
    kind,
    name,
    metadata,
    addInitializer() {},
    ...(kind !== "class" && { static: false, private: false, access: {} }),
  });
  for (const [property, decorate, body] of plan.methods ?? []) {
    const value = decorate?.(body, context("method", property)) ?? body;
    Object.defineProperty(type.prototype, property, { value, writable: true, configurable: true });
  }
  for (const [property, decorate] of plan.fields ?? []) {
    decorate(undefined, context("field", property));
  }
  for (const decorate of plan.decorators ?? []) decorate(type, context("class", plan.name));
  // Only now: class decorators do not find it on the class yet.
  Object.defineProperty(type, metadataSymbol, { value: metadata, configurable: true });
}
