/**
 * A function made of text, line by line. What comes from descriptors gets into the text as a number,
 * a string literal by JSON.stringify, or a reference; nothing that was received ever does.
 */
export class FunctionText {
  readonly #lines: string[] = [];
  readonly #refs: unknown[] = [];

  add(...lines: readonly string[]): void {
    this.#lines.push(...lines);
  }

  /** The name under which the text finds a value. */
  ref(value: unknown): string {
    const known = this.#refs.indexOf(value);
    return `$${known >= 0 ? known : this.#refs.push(value) - 1}`;
  }

  compile(...parameters: readonly string[]): unknown {
    const names = this.#refs.map((_, i) => `$${i}`);
    const body = `"use strict"; return (${parameters.join(", ")}) => {\n${this.#lines.join("\n")}\n};`;
    return new Function(...names, body)(...this.#refs);
  }
}

/** Whether functions can be made of text: Node can be told not to, and so can what it runs in. */
export const canCompile = ((): boolean => {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
})();
