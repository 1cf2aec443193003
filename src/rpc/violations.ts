import { type FieldViolation, SluiceError } from "../errors.js";

/**
 * So many are named; the rest is counted. gRPC sends errors in trailers, and clients refuse those
 * beyond a few KiB.
 */
const maxNamed = 20;

/** Longer map keys and numbers are cut off where they are quoted. */
const maxQuoted = 40;

/** Gathers everything wrong with a value on its way to a message, so that all is said at once. */
export class Violations {
  readonly #path: (string | number)[];
  readonly #found: FieldViolation[] = [];
  #unnamed = 0;

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
    if (this.#found.length < maxNamed) this.#found.push({ field: this.#where(), description });
    else this.#unnamed++;
  }

  /** Adds "expected …, got …". */
  expected(type: string, value: unknown): void {
    this.add(`expected ${type}, got ${describe(value)}`);
  }

  /** Throws `message_invalid` naming the bad fields, if there are any. */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const text = this.#found.map((v) => `${v.field}: ${v.description}`).join("; ");
    const rest = this.#unnamed > 0 ? `; and ${this.#unnamed} more` : "";
    throw new SluiceError("message_invalid", text + rest, { violations: this.#found });
  }

  #where(): string {
    return this.#path.reduce<string>(
      (text, step) =>
        typeof step === "number" ? `${text}[${step}]` : text ? `${text}.${cut(step)}` : step,
      "",
    );
  }
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "object") return value.constructor?.name ?? "object";
  if (typeof value === "number") return `number ${value}`;
  if (typeof value === "bigint") return `bigint ${cut(String(value))}`;
  return typeof value;
}

function cut(text: string): string {
  return text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text;
}
