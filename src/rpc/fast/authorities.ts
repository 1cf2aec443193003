import type { IncomingHttpHeaders } from "node:http2";

/** So many different ones are remembered; a server has few names. */
const maxKnown = 1_024;

/** Recognizes hosts that make a URL: everything else is for the complete handler to refuse. */
export class Authorities {
  readonly #known = new Set<string>();

  isUsable(authority: string | undefined): boolean {
    if (authority === undefined) return false;
    if (this.#known.has(authority)) return true;
    if (!URL.canParse("/", `http://${authority}`)) return false;
    if (this.#known.size < maxKnown) this.#known.add(authority);
    return true;
  }
}

/** The host a request was sent to, by either version of HTTP. */
export function authorityOf(headers: IncomingHttpHeaders): string | undefined {
  return headers[":authority"] ?? headers.host;
}

/** The URL of a request, with scheme and host. */
export function absoluteUrl(
  path: string,
  headers: IncomingHttpHeaders,
  encrypted: boolean,
): string {
  const scheme = encrypted ? "https" : "http";
  return new URL(path, `${scheme}://${authorityOf(headers)}`).toString();
}
