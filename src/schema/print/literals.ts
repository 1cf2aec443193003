import { isProtoIdentifier } from "../names.js";
import { unprintable } from "./unprintable.js";

/** Passes a name through, or refuses one that would end up as other tokens than one identifier. */
export function identifier(name: string, element: string): string {
  if (!isProtoIdentifier(name)) {
    unprintable(element, `${JSON.stringify(name)} is not an identifier`);
  }
  return name;
}

const escapes: Record<string, string> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/**
 * A string literal. Control characters become octal escapes of three digits, the only numeric form
 * that a following digit cannot lengthen; other text stays readable UTF-8.
 */
export function quote(text: string): string {
  const body = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
    /["\\\u0000-\u001f\u007f]/g,
    (char) => escapes[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `"${body}"`;
}
