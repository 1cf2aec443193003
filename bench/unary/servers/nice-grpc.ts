/** The echo as one writes it for nice-grpc. */
import { createServer } from "nice-grpc";
import { serve } from "../../lib/server.js";
import type { Echo } from "../echo.js";
import { echoDefinition } from "./grpc-definition.js";

const server = createServer();
server.add(echoDefinition, {
  Echo: async ({ text, sequence }: Echo) => ({ text, sequence: sequence + 1 }),
});

await serve(async () => `http://127.0.0.1:${await server.listen("127.0.0.1:0")}`);
