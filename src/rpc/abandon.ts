import { constants } from "node:http2";
import type { NodeResponse } from "./server/node-handler.js";

const resetCodes = {
  /** The request is not wanted any more. */
  cancel: constants.NGHTTP2_CANCEL,
  /** The answer cannot be completed. */
  failed: constants.NGHTTP2_INTERNAL_ERROR,
};

/**
 * Breaks off a request without an answer, or in the middle of it. Over HTTP/2 that is a reset with
 * an error code: what Node sends for `destroy()`, NO_ERROR, means that all went well, and leaves
 * clients waiting that still send.
 */
export function abandon(response: NodeResponse, why: keyof typeof resetCodes): void {
  if ("stream" in response) response.stream?.close(resetCodes[why]);
  else response.destroy();
}
