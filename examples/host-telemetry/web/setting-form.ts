import { ConnectError } from "@connectrpc/connect";
import { sluiceError } from "sluice/client";

/** One number the visitor can change, and what the server says to it. */
export class SettingForm {
  readonly #input: HTMLInputElement;
  readonly #error: HTMLElement;
  /** What the server has, as it was last heard. */
  #current: number | undefined;
  /** Whether the visitor has begun to change it. */
  #edited = false;

  /** `save` is given what was entered, `undefined` for nothing, and returns what now holds. */
  constructor(
    form: HTMLFormElement,
    save: (value: number | undefined) => Promise<number | undefined>,
  ) {
    const input = form.querySelector("input");
    const error = form.querySelector<HTMLElement>(".error");
    if (input === null || error === null) throw new Error("a setting needs an input and .error");
    this.#input = input;
    this.#error = error;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit(save);
    });
    input.addEventListener("input", () => {
      this.#edited = true;
    });
    input.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#showCurrent();
    });
  }

  /** Shows what the server has, unless the visitor is about to change it. */
  update(value: number | undefined): void {
    if (value === this.#current) return;
    this.#current = value;
    if (!this.#edited) this.#showCurrent();
  }

  async #submit(save: (value: number | undefined) => Promise<number | undefined>): Promise<void> {
    const { value } = this.#input;
    try {
      this.#current = await save(value === "" ? undefined : Number(value));
      this.#showCurrent();
    } catch (thrown) {
      this.#showError(describe(thrown));
    }
  }

  #showCurrent(): void {
    this.#edited = false;
    this.#showError("");
    this.#input.value = this.#current === undefined ? "" : String(this.#current);
  }

  #showError(text: string): void {
    this.#error.textContent = text;
    this.#input.setAttribute("aria-invalid", String(text !== ""));
  }
}

/** The refused fields, if it is about those; otherwise whatever went wrong. */
function describe(thrown: unknown): string {
  const violations = sluiceError(thrown)?.violations ?? [];
  if (violations.length === 0) return ConnectError.from(thrown).rawMessage;
  return violations.map(({ field, description }) => `${field} ${description}`).join("; ");
}
