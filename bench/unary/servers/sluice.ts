/** The same services as one writes them for Sluice; one port serves HTTP/1.1 and HTTP/2. */
import { App, action, type HandlerContext, service } from "sluice";
import { serve } from "../../lib/server.js";
import { requireCaller, servedBy, servedByHeader } from "../guard.js";
import { revise } from "../order.js";
import { EchoRequest, EchoResponse, Order } from "./sluice-messages.js";

@service()
class Echo {
  @action({ request: EchoRequest, response: EchoResponse })
  echo({ text, sequence }: EchoRequest): EchoResponse {
    return { text, sequence: sequence + 1 };
  }
}

@service({ interceptors: [requireCaller] })
class GuardedEcho {
  @action({ request: EchoRequest, response: EchoResponse })
  echo({ text, sequence }: EchoRequest, context: HandlerContext): EchoResponse {
    context.responseHeader.set(servedByHeader, servedBy);
    return { text, sequence: sequence + 1 };
  }
}

@service({ name: "OrderService" })
class Orders {
  @action({ request: Order, response: Order })
  revise(order: Order): Order {
    return revise(order);
  }
}

await serve(async () => {
  const services = [new Echo(), new GuardedEcho(), new Orders()];
  const app = new App({ name: "bench", package: "bench.v1", services });
  await app.finalize();
  return (await app.listen({ port: 0 })).url;
});
