/** Requests and their right answers, in each of the formats that servers are asked in. */
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Exchange } from "../lib/loads/closed-loop.js";

/** What is sent, and what must come back. */
export interface Example<T> {
  readonly request: T;
  readonly response: T;
}

/** Prime, so that it has no factor in common with the number of requests in flight. */
const distinct = 97;

/** Different ones, so that an answer to another request is a wrong one. */
export function examples<T>(example: (index: number) => Example<T>): Example<T>[] {
  return Array.from({ length: distinct }, (_, index) => example(index));
}

export function exchanges<T>(
  from: readonly Example<T>[],
  encodeRequest: (message: T) => Uint8Array,
  encodeResponse = encodeRequest,
): Exchange[] {
  return from.map(({ request, response }) => ({
    request: encodeRequest(request),
    response: encodeResponse(response),
  }));
}

export function binary<D extends DescMessage>(desc: D) {
  return (message: MessageInitShape<D>) => toBinary(desc, create(desc, message));
}

/** gRPC's envelope: a flag byte and the length. */
export function enveloped<T>(encode: (message: T) => Uint8Array) {
  return (message: T) => {
    const body = encode(message);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(body.length, 1);
    return Buffer.concat([prefix, body]);
  };
}
