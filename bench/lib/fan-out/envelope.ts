/** A flag byte and the length: the same for Connect, gRPC and gRPC-Web. */
export function envelope(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
