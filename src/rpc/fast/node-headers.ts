import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";

/** A request's headers as methods see them; HTTP/2's pseudo headers are none. */
export function headersFromNode(headers: IncomingHttpHeaders): Headers {
  const result = new Headers();
  for (const name in headers) {
    if (name.startsWith(":")) continue;
    const value = headers[name];
    if (typeof value === "string") result.append(name, value);
    else for (const item of value ?? []) result.append(name, item);
  }
  return result;
}

/** Headers as Node's responses take them: those that repeat are lists. */
export function headersToNode(
  headers: Headers,
  convert: (value: string) => string = (value) => value,
): OutgoingHttpHeaders {
  const result: Record<string, string | string[]> = Object.create(null);
  headers.forEach((given, name) => {
    const value = convert(given);
    const known = result[name];
    if (known === undefined) result[name] = value;
    else if (typeof known === "string") result[name] = [known, value];
    else known.push(value);
  });
  return result;
}
