import { cors } from "@connectrpc/connect";
import { SluiceError } from "../../errors.js";
import { type CorsOrigins, compileOrigins, isLoopbackOrigin } from "./cors-origins.js";

/** Which pages of other origins may call, and what they may send and read. */
export interface CorsOptions {
  /**
   * The origins whose pages may call: exact ones (`https://app.example.com`), patterns that must
   * match the whole origin, a predicate, or `"*"` for all. Default: pages served from this machine
   * (http and https on localhost, 127.0.0.0/8 and [::1], any port), nothing else.
   */
  readonly origins?: CorsOrigins;
  /** Response headers that pages may read besides the protocols' own, e.g. metadata you set. */
  readonly exposedHeaders?: readonly string[];
  /** Request headers that pages may send besides the protocols' own, e.g. `authorization`. */
  readonly allowedHeaders?: readonly string[];
  /** How long browsers may remember the answer to a preflight. Default 7_200, Chrome's maximum. */
  readonly maxAgeSeconds?: number;
  /** Lets pages send cookies and client certificates. Not with `origins: "*"`. Default false. */
  readonly credentials?: boolean;
}

/** Names and values of headers in one flat list, as Node's `writeHead` takes them. */
export type RawHeaders = readonly string[];

/** {@link CorsOptions}, compiled. */
export interface CorsPolicy {
  /** Whether answers depend on the origin, so that caches must keep them apart. */
  readonly varies: boolean;
  /** What to add to an answer for a page of `origin`; without permission only `vary`. */
  responseHeaders(origin: string): RawHeaders;
  /** All headers of the answer to a preflight; undefined when pages of `origin` may not call. */
  preflightHeaders(origin: string): RawHeaders | undefined;
}

/**
 * Compiles the options into the headers to send.
 *
 * @throws SluiceError `cors_options_invalid` naming every origin or combination that could never work as written.
 */
export function compileCors(options: CorsOptions = {}): CorsPolicy {
  const { origins = isLoopbackOrigin, credentials = false, maxAgeSeconds = 7_200 } = options;
  if (origins === "*" && credentials) {
    throw new SluiceError(
      "cors_options_invalid",
      'cors: credentials cannot be combined with origins "*"; list the origins that may call',
    );
  }
  const varies = origins !== "*";
  const vary = varies ? ["vary", "Origin"] : [];
  const consent = credentials ? ["access-control-allow-credentials", "true"] : [];
  const exposed = joined(cors.exposedHeaders, options.exposedHeaders);
  const answer = [...vary, ...consent, "access-control-expose-headers", exposed];
  const preflight = [
    ...vary,
    ...consent,
    ...["access-control-allow-methods", joined(cors.allowedMethods)],
    ...["access-control-allow-headers", joined(cors.allowedHeaders, options.allowedHeaders)],
    ...["access-control-max-age", String(maxAgeSeconds)],
  ];
  const isAllowed = compileOrigins(origins);
  const allow = (origin: string) => ["access-control-allow-origin", varies ? origin : "*"];
  return {
    varies,
    responseHeaders: (origin) => (isAllowed(origin) ? [...allow(origin), ...answer] : vary),
    preflightHeaders: (origin) =>
      isAllowed(origin) ? [...allow(origin), ...preflight] : undefined,
  };
}

function joined(own: readonly string[], more: readonly string[] = []): string {
  const all = new Map([...own, ...more].map((name) => [name.toLowerCase(), name]));
  return [...all.values()].join(", ");
}
