import type { EventRef } from "./index/tail.js";
import type { Moment } from "./moment.js";

/**
 * What a log keeps in which table of its storage, and under which keys. Numbers in keys are
 * big-endian, so that the order of the bytes is the order of the numbers.
 */
export const tables = {
  /** What is known of the log as a whole: see `log-format.ts`. */
  meta: 0,
  /** server, session [, first instance] → a record: see `record.ts`. */
  sessions: 1,
  /** number of a type → the type. */
  types: 2,
  /** number of a type, server, session, instance → where its events are: `index/ref-blocks.ts`. */
  byType: 3,
  /** number of a type or `anyType`, source timestamp, server, session, instance → nothing. */
  bySource: 4,
  /** stream key, version → the id of the event. */
  streams: 5,
  /** idempotency key → what it was answered. */
  answers: 6,
  /** position → the idempotency key used there: which is the oldest. */
  answerOrder: 7,
  /** number of a type → the id of its last event, if that is kept for being the last only. */
  released: 8,
} as const;

export const tableCount = Object.keys(tables).length;

/** Stands for all types together. */
export const anyType = 0xffff_ffff;

export const maxServer = 2 ** 32 - 1;
export const maxSession = 2 ** 48 - 1;
export const maxInstance = 2 ** 32 - 1;

/** A key of `sessions`. The first record of a session does without the instance. */
export function sessionKey(server: number, session: number, firstInstance = 1): Buffer {
  const key = Buffer.allocUnsafe(firstInstance === 1 ? 10 : 14);
  key.writeUInt32BE(server, 0);
  key.writeUIntBE(session, 4, 6);
  if (firstInstance !== 1) key.writeUInt32BE(firstInstance, 10);
  return key;
}

/** Behind all keys of `sessions` of a server. */
export function afterServer(server: number): Buffer {
  return server === maxServer ? Buffer.alloc(11, 0xff) : sessionKey(server + 1, 0);
}

/** The server, session and first instance of a key of `sessions`. */
export function readSessionKey(bytes: Uint8Array): [number, number, number] {
  const key = asBuffer(bytes);
  return [key.readUInt32BE(0), key.readUIntBE(4, 6), key.length === 10 ? 1 : key.readUInt32BE(10)];
}

/** A key of `types`; `typeKey(maxServer)` ends the table. */
export function typeKey(type: number): Buffer {
  const key = Buffer.allocUnsafe(4);
  key.writeUInt32BE(type, 0);
  return key;
}

export function readTypeKey(bytes: Uint8Array): number {
  return asBuffer(bytes).readUInt32BE(0);
}

/** A key of `byType`: where a block begins. */
export function typeBlockKey(
  type: number,
  server: number,
  session: number,
  instance: number,
): Buffer {
  const key = Buffer.allocUnsafe(18);
  key.writeUInt32BE(type, 0);
  key.writeUInt32BE(server, 4);
  key.writeUIntBE(session, 8, 6);
  key.writeUInt32BE(instance, 14);
  return key;
}

/** The first session of a block of `byType`. */
export function readTypeBlockKey(bytes: Uint8Array): number {
  return asBuffer(bytes).readUIntBE(8, 6);
}

/** The seconds of the earliest and the latest time that protobuf knows: years 1 and 9999. */
export const minSeconds = -62_135_596_800;
export const maxSeconds = 253_402_300_799;

const bias = 2 ** 39;

/** A key of `bySource`. Without an event it is before all of its moment. */
export function sourceKey(
  type: number,
  { seconds, micros }: Moment,
  { server, session, instance }: EventRef = first,
): Buffer {
  const key = Buffer.allocUnsafe(26);
  key.writeUInt32BE(type, 0);
  key.writeUIntBE(seconds + bias, 4, 5);
  key.writeUIntBE(micros, 9, 3);
  key.writeUInt32BE(server, 12);
  key.writeUIntBE(session, 16, 6);
  key.writeUInt32BE(instance, 22);
  return key;
}

const first = { server: 0, session: 0, instance: 0 };

/** The event of a key of `bySource`. */
export function readSourceKey(bytes: Uint8Array): EventRef & { readonly time: Moment } {
  const key = asBuffer(bytes);
  return {
    time: { seconds: key.readUIntBE(4, 5) - bias, micros: key.readUIntBE(9, 3) },
    server: key.readUInt32BE(12),
    session: key.readUIntBE(16, 6),
    instance: key.readUInt32BE(22),
  };
}

/** A key of `streams`; version 0 is below all, `maxSession` above. */
export function streamVersionKey(streamKey: string, version: number): Buffer {
  const length = Buffer.byteLength(streamKey);
  const key = Buffer.allocUnsafe(2 + length + 6);
  key.writeUInt16BE(length, 0);
  key.write(streamKey, 2);
  key.writeUIntBE(version, 2 + length, 6);
  return key;
}

export function readStreamVersion(bytes: Uint8Array): number {
  return asBuffer(bytes).readUIntBE(bytes.length - 6, 6);
}

/** A key of `answers`. */
export function answerKey(idempotencyKey: string): Buffer {
  return Buffer.from(idempotencyKey);
}

/** A key of `answerOrder`. */
export function answerOrderKey(position: number): Buffer {
  const key = Buffer.allocUnsafe(6);
  key.writeUIntBE(position, 0, 6);
  return key;
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
