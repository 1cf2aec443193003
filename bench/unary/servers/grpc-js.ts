/** The echo as one writes it for grpc-js. */
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { serve } from "../../lib/server.js";
import type { Echo } from "../echo.js";
import { echoDefinition } from "./grpc-definition.js";

const server = new Server();
server.addService(echoDefinition, {
  echo({ request }: ServerUnaryCall<Echo, Echo>, callback: sendUnaryData<Echo>) {
    callback(null, { text: request.text, sequence: request.sequence + 1 });
  },
});

await serve(
  () =>
    new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(`http://127.0.0.1:${port}`);
      });
    }),
);
