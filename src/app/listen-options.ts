import type { IncomingMessage, ServerResponse } from "node:http";
import type { CorsOptions } from "../rpc/server/cors-policy.js";
import type { StartServerOptions } from "../rpc/server/server.js";

/** What `app.listen()` takes. */
export interface ListenOptions extends Omit<StartServerOptions, "handler" | "port"> {
  /** Default 8080; 0 is any free port. */
  readonly port?: number;
  /** Which web pages may call; default: those served from this machine itself (loopback). */
  readonly cors?: CorsOptions;
  /**
   * Answers what is no RPC of this app: static files, other routes; anything that serves
   * `node:http`. Requests of HTTP/2 come as those of Node's compatibility layer. Default: 404.
   */
  readonly fallback?: (request: IncomingMessage, response: ServerResponse) => void;
}
