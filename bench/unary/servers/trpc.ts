/** A tRPC mutation on its standalone server. */
import { initTRPC } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { listen, serve } from "../../lib/server.js";
import type { Echo } from "../echo.js";

const { router, procedure } = initTRPC.create();

/** The least that a validator of the input can do: tRPC takes functions as well as schemas. */
function parseEcho(input: unknown): Echo {
  const { text, sequence } = input as Partial<Echo>;
  if (typeof text !== "string" || typeof sequence !== "number") throw new TypeError("no Echo");
  return { text, sequence };
}

const echo = procedure
  .input(parseEcho)
  .mutation(({ input }) => ({ text: input.text, sequence: input.sequence + 1 }));

await serve(() => listen(createHTTPServer({ router: router({ echo }) })));
