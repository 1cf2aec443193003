import { type FieldViolation, SluiceError } from "../errors.js";

/** Gathers everything wrong with a value on its way to a message, so that all is said at once. */
export class Violations {
  readonly #path: (string | number)[];
  readonly #found: FieldViolation[] = [];

  constructor(root: string) {
    this.#path = [root];
  }

  /** Steps into a field (by name) or an element (by index or map key). */
  enter(step: string | number): void {
    this.#path.push(step);
  }

  leave(): void {
    this.#path.pop();
  }

  add(description: string): void {
    this.#found.push({ field: this.#where(), description });
  }

  /** Adds "expected …, got …". */
  expected(type: string, value: unknown): void {
    this.add(`expected ${type}, got ${describe(value)}`);
  }

  /** Throws `message_invalid` naming every bad field, if there is one. */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const text = this.#found.map((v) => `${v.field}: ${v.description}`).join("; ");
    throw new SluiceError("message_invalid", text, { violations: this.#found });
  }

  #where(): string {
    return this.#path.reduce<string>(
      (text, step) =>
        typeof step === "number" ? `${text}[${step}]` : text ? `${text}.${step}` : step,
      "",
    );
  }
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "object") return value.constructor?.name ?? "object";
  if (typeof value === "number" || typeof value === "bigint") return `${typeof value} ${value}`;
  return typeof value;
}
