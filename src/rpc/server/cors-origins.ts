import { SluiceError } from "../../errors.js";

/** Which origins may call; see {@link compileOrigins}. */
export type CorsOrigins = readonly (string | RegExp)[] | "*" | ((origin: string) => boolean);

/**
 * Compiles the ways to name origins into one predicate. Patterns must match the whole origin, so
 * that `/https:\/\/.*\.example\.com/` does not let in `https://a.example.com.evil.io`.
 *
 * @throws TypeError naming every text that no browser ever sends as an origin.
 */
export function compileOrigins(origins: CorsOrigins): (origin: string) => boolean {
  if (origins === "*") return () => true;
  if (typeof origins === "function") return origins;
  const exact = new Set(origins.filter((origin) => typeof origin === "string"));
  const wrong = [...exact].filter((origin) => !isOrigin(origin));
  if (wrong.length > 0) {
    throw new SluiceError(
      "cors_options_invalid",
      `cors: not an origin: ${wrong.map((origin) => JSON.stringify(origin)).join(", ")}; ` +
        'write scheme, host and port only, in lower case, as in "https://app.example.com"',
    );
  }
  const patterns = origins.filter((origin) => origin instanceof RegExp).map(wholeMatch);
  return (origin) => exact.has(origin) || patterns.some((pattern) => pattern.test(origin));
}

/** Pages served from this machine: localhost, 127.0.0.0/8 and [::1] over http(s), any port. */
export function isLoopbackOrigin(origin: string): boolean {
  return loopback.test(origin);
}

const byte = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const loopback = new RegExp(
  `^https?://(?:localhost|127\\.${byte}\\.${byte}\\.${byte}|\\[::1\\])(?::\\d{1,5})?$`,
);

function wholeMatch(pattern: RegExp): RegExp {
  // Without "g" and "y", which make test() remember where it stopped.
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ""));
}

/** As a browser serialises it; "null" is what sandboxed pages and local files send. */
function isOrigin(text: string): boolean {
  if (text === "null") return true;
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  // For schemes it does not know (capacitor:, tauri:) URL gives the origin "null".
  return text === (url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin);
}
