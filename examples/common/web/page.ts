import type { Quantity } from "./quantity";

/** The element with this id, which index.html is known to have. */
export function element<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found as E;
}

/** Shows a value in a `<data>` element: for people as text, for programs in its attribute. */
export function show(
  id: string,
  value: number | bigint | undefined,
  format: (value: number) => Quantity,
): void {
  const data = element<HTMLDataElement>(id);
  if (value === undefined) {
    data.removeAttribute("value");
    data.textContent = "–";
    return;
  }
  const { number, unit } = format(Number(value));
  data.value = String(value);
  const unitElement = document.createElement("span");
  unitElement.className = "unit";
  unitElement.textContent = unit;
  data.replaceChildren(number, ...(unit === "" ? [] : ["\u202f", unitElement]));
}
