/** The interceptor of the guarded service, in the type that Connect and Sluice share. */
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";

export const callerHeader = "x-bench-caller";

/** Handlers of the guarded service say who they are in this header of the response. */
export const servedByHeader = "x-bench-served-by";
export const servedBy = "echo";

export const requireCaller: Interceptor = (next) => (request) => {
  if (request.header.get(callerHeader) === null) {
    throw new ConnectError("who is calling?", Code.Unauthenticated);
  }
  return next(request);
};
