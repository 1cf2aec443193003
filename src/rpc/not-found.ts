import { Code } from "@connectrpc/connect";
import { answerError } from "./answer-error.js";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";

/** Says that there is no such RPC. */
export function answerNotFound(request: NodeRequest, response: NodeResponse): void {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  answerError(request, response, {
    status: 404,
    code: Code.Unimplemented,
    message: `no RPC at ${path}`,
  });
}
