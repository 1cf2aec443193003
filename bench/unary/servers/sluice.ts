/** The same service as one writes it for Sluice; one port serves HTTP/1.1 and HTTP/2. */
import { App, action, field, message, service } from "sluice";
import { serve } from "../../lib/server.js";

@message()
class EchoRequest {
  @field(1, "string") text!: string;
  @field(2, "int32") sequence!: number;
}

@message()
class EchoResponse {
  @field(1, "string") text!: string;
  @field(2, "int32") sequence!: number;
}

@service()
class Echo {
  @action({ request: EchoRequest, response: EchoResponse })
  echo(request: EchoRequest): EchoResponse {
    return { text: request.text, sequence: request.sequence + 1 };
  }
}

await serve(async () => {
  const app = new App({ name: "bench", package: "bench.v1", services: [new Echo()] });
  await app.finalize();
  return (await app.listen({ port: 0 })).url;
});
