/** The services as one writes them for connect-es, whatever serves them. */
import type { ConnectRouter } from "@connectrpc/connect";
import { requireCaller, servedBy, servedByHeader } from "../guard.js";
import { revise } from "../order.js";
import { echoService, guardedEchoService, orderService } from "../schema.js";

export function routes(router: ConnectRouter): void {
  router.service(echoService, {
    echo: ({ text, sequence }) => ({ text, sequence: sequence + 1 }),
  });
  router.service(
    guardedEchoService,
    {
      echo({ text, sequence }, context) {
        context.responseHeader.set(servedByHeader, servedBy);
        return { text, sequence: sequence + 1 };
      },
    },
    { interceptors: [requireCaller] },
  );
  router.service(orderService, { revise });
}
