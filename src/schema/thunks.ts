import { factsOf, isMessageClass } from "../decorators/facts.js";
import type { MessageClass } from "../decorators/field-types.js";
import { isThunk } from "../decorators/field-types.js";
import { SluiceError } from "../errors.js";

/** How deep thunks may name further thunks. */
const maxThunks = 16;

/** The type a declaration stands for, once every `() => …` around it has been called. */
export function unthunk(declared: unknown, where: string): unknown {
  let type = declared;
  for (let depth = 0; isThunk(type); depth++) {
    if (depth === maxThunks) throw unsupported(where, "() => …", "its thunks never end in a type");
    type = callThunk(type, `The type of ${where}`);
  }
  return type;
}

function callThunk(thunk: () => unknown, what: string): unknown {
  try {
    return thunk();
  } catch (cause) {
    throw new SluiceError(
      "type_unresolved",
      `${what} could not be read: its thunk threw. The class it names is not ` +
        "defined yet; finalize the app after all modules have loaded.",
      { cause },
    );
  }
}

/** The class a message is declared within; that one may be within another, but not in a circle. */
export function outerClass(within: () => unknown, inner: MessageClass): MessageClass {
  const call = (thunk: () => unknown) => callThunk(thunk, `What ${inner.name} is declared within`);
  const outer = call(within);
  const seen = new Set<unknown>();
  for (let type: unknown = outer; isMessageClass(type) && !seen.has(type); ) {
    seen.add(type);
    const next = factsOf(type)!.message!.within;
    if (next === undefined) return outer as MessageClass;
    type = call(next);
  }
  throw new SluiceError(
    "type_unsupported",
    `${inner.name} is declared within something that is no other message. ` +
      "Write `within: () => Outer` with a class decorated with @message() that is not inside it.",
  );
}

/** The error for something that is declared as a type and is none. */
export function unsupported(where: string, type: unknown, reason: string): SluiceError {
  const seen =
    typeof type === "function"
      ? `class ${type.name || "(anonymous)"}`
      : typeof type === "object" && type !== null
        ? "an object"
        : String(type);
  const hint =
    typeof type === "function"
      ? "Decorate it with @message(), or name one of the proto3 types."
      : type === undefined
        ? "Use a thunk, () => Type, where the class is defined later or imported in a circle."
        : 'Write a scalar ("string", "int32", …), Date, enumType("Name", { … }), a message class, ' +
          "repeated(…), map(…) or a generated schema.";
  return new SluiceError("type_unsupported", `The type of ${where} is ${seen}: ${reason}. ${hint}`);
}
