import type {
  UniversalHandler,
  UniversalServerRequest,
  UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { withinTimers } from "./long-deadlines.js";

/** A Connect handler, with what Connect itself leaves to be wished for; for every adapter. */
export function universalHandler(handler: UniversalHandler): UniversalHandler {
  const allow = handler.allowedMethods.join(", ");
  async function answer(request: UniversalServerRequest): Promise<UniversalServerResponse> {
    const header = withinTimers(request.header);
    const response = await handler(header === request.header ? request : { ...request, header });
    // HTTP asks of 405 that it says which methods are allowed.
    if (response.status !== 405) return response;
    return { ...response, header: new Headers([...(response.header ?? []), ["allow", allow]]) };
  }
  return Object.assign(answer, handler);
}
