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

/** `demo.v1` → `demo/v1/demo.proto`: the folder is the package, the file its last plain part. */
export function protoPath(packageName: string): string {
  const parts = packageName.split(".");
  const base = parts.findLast((part) => !/^v\d+((alpha|beta|p|test)\w*)?$/.test(part)) ?? parts[0];
  return `${parts.join("/")}/${base}.proto`;
}
