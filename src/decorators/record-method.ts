import { SluiceError } from "../errors.js";
import { designTypeOf } from "./design-types.js";
import type { ActionFacts, MethodFacts, StreamFacts } from "./facts.js";
import { metadataOf, ownFacts } from "./facts.js";
import { memberOf } from "./member.js";

type Recorded = Pick<ActionFacts, "kind" | "options"> | Pick<StreamFacts, "kind" | "options">;

/** Records the facts of a decorated method, from either call shape, and returns them. */
export function recordMethod(
  decorator: string,
  target: object,
  context: string | symbol | ClassMethodDecoratorContext,
  descriptor: PropertyDescriptor | undefined,
  recorded: Recorded,
): MethodFacts {
  const isStandard = typeof context === "object";
  const property = memberOf(decorator, target, context);
  const body = isStandard ? target : descriptor?.value;
  if (typeof body !== "function") {
    throw new SluiceError(
      "member_unsupported",
      `@${decorator} works on methods; "${property}" is not one. ` +
        `Write \`async ${property}(…) { … }\` instead of a property or an accessor.`,
    );
  }
  const facts = {
    ...recorded,
    property,
    body,
    paramTypes: designTypeOf("design:paramtypes", target, context),
  } as MethodFacts;
  const { methods } = ownFacts(isStandard ? context.metadata : metadataOf(target.constructor));
  const overridden = methods.findIndex((method) => method.property === property);
  if (overridden === -1) methods.push(facts);
  else methods[overridden] = facts;
  return facts;
}
