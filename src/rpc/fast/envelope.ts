/** Puts the five bytes before a message that say how long it is, and of what kind. */
export function envelope(flags: number, message: string | Uint8Array): Buffer {
  const size = typeof message === "string" ? Buffer.byteLength(message) : message.byteLength;
  const bytes = Buffer.allocUnsafe(5 + size);
  bytes[0] = flags;
  bytes.writeUInt32BE(size, 1);
  if (typeof message === "string") bytes.write(message, 5);
  else bytes.set(message, 5);
  return bytes;
}
