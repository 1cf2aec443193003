import { SluiceError } from "../errors.js";

/** Splits a TypeScript identifier into words: `userID2Name` → user, ID2, Name. */
function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .split(/[_\s-]+/)
    .filter((word) => word !== "");
}

/** `samplingIntervalMs` → `sampling_interval_ms`. */
export function snakeCase(name: string): string {
  return words(name).join("_").toLowerCase();
}

/** `COLOR_RED` style: upper snake case. */
export function upperSnakeCase(name: string): string {
  return snakeCase(name).toUpperCase();
}

/**
 * What the values of an enum begin with, without the last underscore: `HTTPMode` → `HTTP_MODE`.
 * Unlike elsewhere, a digit ends no word: that is the spelling `buf lint` asks for.
 */
export function enumPrefix(enumName: string): string {
  return enumName
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replace(/([A-Z0-9])([A-Z][a-z])/g, "$1_$2")
    .toUpperCase();
}

/** `setInterval` → `SetInterval`; capitals inside words stay. */
export function pascalCase(name: string): string {
  return words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** The JSON name protoc gives a field: `_x` becomes `X`, everything else stays. */
export function jsonName(protoName: string): string {
  return protoName.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}

/** Whether a name is a proto identifier. */
export function isProtoIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Whether a name is a proto package: identifiers separated by dots. */
export function isProtoPackage(name: string): boolean {
  return name.split(".").every(isProtoIdentifier);
}

/** Refuses a name that is no proto identifier: `what` names the owner, `line` is what to write. */
export function requireIdentifier(name: string, what: string, line: string): void {
  if (isProtoIdentifier(name)) return;
  throw new SluiceError(
    "name_invalid",
    `${what} "${name}", which is not a proto identifier (letters, digits, underscores). ` +
      `Write a name that is: ${line}.`,
  );
}

/** The same for the package of something. */
export function requirePackage(name: string, owner: string, line: string): void {
  if (isProtoPackage(name)) return;
  throw new SluiceError(
    "name_invalid",
    `${owner} names package "${name}", but packages are proto identifiers separated by dots. ` +
      `Write one that is: ${line}.`,
  );
}

/** `demo.v1` → `demo/v1/demo.proto`: the folder is the package, the file its last plain part. */
export function protoPath(packageName: string): string {
  const parts = packageName.split(".");
  const base = parts.findLast((part) => !/^v\d+((alpha|beta|p|test)\w*)?$/.test(part)) ?? parts[0];
  return `${parts.join("/")}/${base}.proto`;
}
