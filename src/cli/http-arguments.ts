import { CliError } from "./cli-error.js";

/** The option for headers that are sent along. */
export const headerArg = {
  header: { type: "string", description: "Sent along; may be repeated", valueHint: "k=v" },
} as const;

/** Completes `localhost:8080`. @throws CliError when it is no http address. */
export function parseUrl(text: string): string {
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, "");
  throw new CliError(`"${text}" is no http address`, "Write for example http://127.0.0.1:8080.");
}

/** @throws CliError when one of them is none. */
export function parseHeaders(pairs: readonly string[]): Headers {
  const headers = new Headers();
  for (const pair of pairs) {
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    try {
      headers.append(name.trim(), value);
    } catch (cause) {
      throw new CliError(`"${pair}" is no header`, "Write --header name=value.", { cause });
    }
  }
  return headers;
}
