/** The frames of HTTP/2 that unary calls need (RFC 9113, section 6). */

export const frameType = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flag = {
  ack: 0x1,
  endStream: 0x1,
  endHeaders: 0x4,
  padded: 0x8,
  priority: 0x20,
} as const;

export const setting = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
} as const;

export const noError = 0;

/** The window that every connection, and every stream unless told otherwise, starts with. */
export const defaultWindow = 65_535;

/** The largest payload that every peer takes. */
export const maxPayload = 16_384;

export const headBytes = 9;

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function settings(values: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(values.length * 6);
  for (const [index, [id, value]] of values.entries()) {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return frame(frameType.settings, 0, 0, payload);
}

export function* settingsIn(payload: Buffer): Iterable<[id: number, value: number]> {
  for (let at = 0; at < payload.length; at += 6) {
    yield [payload.readUInt16BE(at), payload.readUInt32BE(at + 2)];
  }
}

export const settingsAck = frame(frameType.settings, flag.ack, 0, Buffer.alloc(0));

export function windowUpdate(increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return frame(frameType.windowUpdate, 0, 0, payload);
}

/** What a client says first: no pushes, `window` bytes on every stream and on the connection. */
export function greeting(window: number): Buffer {
  return Buffer.concat([
    preface,
    settings([
      [setting.enablePush, 0],
      [setting.initialWindowSize, window],
    ]),
    windowUpdate(window - defaultWindow),
  ]);
}
