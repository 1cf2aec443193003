import { cors } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { corsHandler } from "../../src/rpc/server/cors.js";
import { isLoopbackOrigin } from "../../src/rpc/server/cors-origins.js";
import { type CorsOptions, compileCors } from "../../src/rpc/server/cors-policy.js";
import type { NodeHandler } from "../../src/rpc/server/node-handler.js";
import type { Answer } from "./asking.js";
import { protocols, Rig } from "./rig.js";

const answering: NodeHandler = (_, response) => {
  response.setHeader("x-app", "1");
  response.writeHead(200, { "content-type": "text/plain" });
  response.end("answer");
};

const page = "https://app.example.com";
const preflightOf = (origin: string) => ({
  method: "OPTIONS",
  headers: {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type,connect-protocol-version",
  },
});

/** The headers of an answer that browsers look at for CORS. */
function corsHeadersOf({ headers }: Answer) {
  const relevant = ([name]: [string, unknown]) => /^access-control-|^vary$/.test(name);
  return Object.fromEntries(Object.entries(headers).filter(relevant));
}

const listed = (value: unknown) => String(value).split(", ");

describe.each(protocols)("over %s", (protocol) => {
  const serving = (options: CorsOptions) => Rig.start(corsHandler(options, answering));

  test("the preflight of a page that may call gets 204 and Connect's lists", async () => {
    await using rig = await serving({ origins: [page] });
    const answer = await rig.ask(protocol, preflightOf(page));
    expect(answer.status).toBe(204);
    expect(answer.body.length).toBe(0);
    expect(answer.headers["x-app"]).toBeUndefined();
    expect(corsHeadersOf(answer)).toEqual({
      "access-control-allow-origin": page,
      "access-control-allow-methods": "POST, GET",
      "access-control-allow-headers": cors.allowedHeaders.join(", "),
      "access-control-max-age": "7200",
      vary: "Origin",
    });
  });

  test("the preflight of another page gets 403 and no permission", async () => {
    await using rig = await serving({ origins: [page] });
    const answer = await rig.ask(protocol, preflightOf("https://evil.example.com"));
    expect(answer.status).toBe(403);
    expect(corsHeadersOf(answer)).toEqual({ vary: "Origin" });
  });

  test("a call from a page that may call can be read by it", async () => {
    await using rig = await serving({ origins: [page] });
    const ask = { method: "POST", headers: { origin: page } };
    const answer = await rig.ask(protocol, ask);
    expect(answer.status).toBe(200);
    expect(answer.headers["x-app"]).toBe("1");
    expect(corsHeadersOf(answer)).toEqual({
      "access-control-allow-origin": page,
      "access-control-expose-headers": cors.exposedHeaders.join(", "),
      vary: "Origin",
    });
  });

  test("a call from another page is answered, but cannot be read by it", async () => {
    await using rig = await serving({ origins: [page] });
    const answer = await rig.ask(protocol, { method: "POST", headers: { origin: "https://e.io" } });
    expect(answer.status).toBe(200);
    expect(corsHeadersOf(answer)).toEqual({ vary: "Origin" });
  });

  test("requests without an origin are untouched, except that caches learn of the origin", async () => {
    await using rig = await serving({ origins: [page] });
    const ask = rig.asker(protocol);
    expect(corsHeadersOf(await ask({ method: "POST" }))).toEqual({});
    expect(corsHeadersOf(await ask({ method: "GET" }))).toEqual({ vary: "Origin" });
    const options = await ask({ method: "OPTIONS" });
    expect([options.status, options.headers["x-app"]]).toEqual([200, "1"]);
    expect(corsHeadersOf(options)).toEqual({});
  });

  test("OPTIONS with an origin that is no preflight reaches the handler", async () => {
    await using rig = await serving({ origins: [page] });
    const answer = await rig.ask(protocol, { method: "OPTIONS", headers: { origin: page } });
    expect([answer.status, answer.headers["x-app"]]).toEqual([200, "1"]);
  });

  test('"*" lets every page call, and answers do not vary', async () => {
    await using rig = await serving({ origins: "*" });
    const ask = rig.asker(protocol);
    const preflight = await ask(preflightOf(page));
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-origin"]).toBe("*");
    expect(preflight.headers.vary).toBeUndefined();
    const answer = await ask({ headers: { origin: "null" } });
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
    expect(answer.headers.vary).toBeUndefined();
    expect(corsHeadersOf(await ask())).toEqual({});
  });

  test("credentials, extra headers and another age are announced", async () => {
    await using rig = await serving({
      origins: [page],
      credentials: true,
      allowedHeaders: ["Authorization", "content-type"],
      exposedHeaders: ["Trailer-Took", "x-app"],
      maxAgeSeconds: 60,
    });
    const ask = rig.asker(protocol);
    const { headers: preflight } = await ask(preflightOf(page));
    expect(preflight["access-control-allow-credentials"]).toBe("true");
    expect(preflight["access-control-max-age"]).toBe("60");
    const allowed = listed(preflight["access-control-allow-headers"]).map((h) => h.toLowerCase());
    expect(allowed).toContain("authorization");
    expect(allowed).toHaveLength(cors.allowedHeaders.length + 1);
    const { headers } = await ask({ headers: { origin: page } });
    expect(headers["access-control-allow-credentials"]).toBe("true");
    expect(listed(headers["access-control-expose-headers"])).toEqual([
      ...cors.exposedHeaders,
      "Trailer-Took",
      "x-app",
    ]);
  });
});

describe("which pages may call", () => {
  const allows = (origins: CorsOptions["origins"], origin: string) =>
    compileCors({ origins }).preflightHeaders(origin) !== undefined;

  test.each([
    "http://localhost",
    "http://localhost:5173",
    "https://localhost:8443",
    "http://127.0.0.1:3000",
    "http://127.1.2.3",
    "https://127.255.255.255:1",
    "http://[::1]:8080",
    "https://[::1]",
  ])("by default %s, which this machine serves", (origin) => {
    expect(allows(undefined, origin)).toBe(true);
  });

  test.each([
    page,
    "null",
    "",
    "http://localhost.evil.com",
    "http://localhost:80@evil.com",
    "http://evil.com/localhost",
    "http://evillocalhost",
    "http://127.0.0.1.evil.com",
    "http://127.0.0.256",
    "http://127.0.0",
    "http://128.0.0.1",
    "http://0.0.0.0:8080",
    "http://[::2]",
    "http://[::1].evil.com",
    "http://192.168.0.1:3000",
    "file://localhost",
    "localhost",
    "HTTP://localhost",
    "http://localhost:",
    "http://localhost:123456",
    "http://localhost\n",
  ])("by default not %j", (origin) => {
    expect(allows(undefined, origin)).toBe(false);
    expect(isLoopbackOrigin(origin)).toBe(false);
  });

  test("exact origins, other ports and schemes not included", () => {
    const origins = [page, "http://intra:8080", "null", "capacitor://localhost"];
    for (const origin of origins) expect(allows(origins, origin)).toBe(true);
    for (const origin of ["http://app.example.com", `${page}:444`, "http://localhost"]) {
      expect(allows(origins, origin)).toBe(false);
    }
  });

  test("patterns, which must match the whole origin", () => {
    const origins = [/https:\/\/[a-z]+\.example\.com/g, /http:\/\/a|http:\/\/b/y];
    for (const origin of [page, page, "http://a", "http://b", "http://b"]) {
      expect(allows(origins, origin)).toBe(true);
    }
    expect(allows(origins, `${page}.evil.io`)).toBe(false);
    expect(allows(origins, `http://evil.io?${page}`)).toBe(false);
    expect(allows(origins, "http://ab")).toBe(false);
    const policy = compileCors({ origins });
    for (let n = 0; n < 3; n++) expect(policy.preflightHeaders(page)).toBeDefined();
  });

  test("whatever a predicate says", () => {
    const even = (origin: string) => origin.length % 2 === 0;
    expect(allows(even, "ab")).toBe(true);
    expect(allows(even, "abc")).toBe(false);
  });

  test("none", () => {
    expect(allows([], "http://localhost")).toBe(false);
  });
});

describe("options that could never work are refused", () => {
  test("texts that no browser sends as an origin, all at once", () => {
    const origins = [`${page}/`, "app.example.com", page, "https://APP.example.com", "*"];
    expect(() => compileCors({ origins })).toThrow(
      'cors: not an origin: "https://app.example.com/", "app.example.com", ' +
        '"https://APP.example.com", "*"; write',
    );
  });

  test("default ports, which browsers leave out", () => {
    expect(() => compileCors({ origins: [`${page}:443`] })).toThrow("not an origin");
  });

  test("credentials for every page", () => {
    expect(() => compileCors({ origins: "*", credentials: true })).toThrow(
      expect.objectContaining({ code: "cors_options_invalid" }),
    );
  });
});
