/** As one writes it for @grpc/grpc-js, which serializes for every call. */
import {
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { serveFeed } from "../publisher.js";
import { type Tick, ticksPath } from "../tick.js";

/**
 * What generated code for grpc-js does, written out: protobuf-es is slower than protobuf.js, which
 * users of grpc-js have, and would be held against it.
 */
function serialize({ text, sequence }: Tick): Buffer {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(2 + length + 6);
  let at = 0;
  bytes[at++] = 0x0a;
  // One byte long, as the texts of this bench are short.
  bytes[at++] = length;
  at += bytes.write(text, at, length);
  bytes[at++] = 0x10;
  let rest = sequence;
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return bytes.subarray(0, at);
}

const nothing = () => {
  throw new Error("a server neither sends requests nor reads responses");
};

const feed = {
  ticks: {
    path: ticksPath,
    requestStream: false,
    responseStream: true,
    requestSerialize: nothing,
    requestDeserialize: () => ({}),
    responseSerialize: serialize,
    responseDeserialize: nothing,
  },
} satisfies ServiceDefinition;

const calls = new Set<ServerWritableStream<object, Tick>>();

await serveFeed(async () => {
  const server = new Server({ "grpc-node.max_session_memory": 100 });
  server.addService(feed, {
    ticks(call: ServerWritableStream<object, Tick>) {
      calls.add(call);
      call.on("cancelled", () => calls.delete(call));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    url: `http://127.0.0.1:${port}`,
    publish(tick) {
      for (const call of calls) call.write(tick);
    },
    subscribers: () => calls.size,
  };
});
