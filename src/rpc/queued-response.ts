import type { ServerResponse } from "node:http";
import type { NodeRequest, NodeResponse } from "./server/node-handler.js";

/**
 * HTTP/1.1: closes a response that waits behind another one (pipelining) when their connection
 * goes. Node tells only the one whose turn it is; a stream would go on for nobody, for ever.
 */
export function closeWithConnection(request: NodeRequest, response: NodeResponse): void {
  if ("stream" in request || response.socket !== null) return;
  const { socket } = request;
  const queued = response as ServerResponse;
  const lost = (): void => {
    queued.destroy();
    queued.emit("close");
  };
  // There are as many as the client has sent at once, which is no leak.
  socket.setMaxListeners(socket.getMaxListeners() + 1);
  socket.once("close", lost);
  queued.once("socket", () => {
    socket.off("close", lost);
    socket.setMaxListeners(socket.getMaxListeners() - 1);
  });
}
