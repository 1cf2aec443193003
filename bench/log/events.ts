/** The events of this bench. They are numbered from 0, and the same for all systems. */
import type { NewEvent } from "sluice/events";

export const payloadBytes = 200;
export const payloadType = "bench";

/** Event n has type n modulo this many, and belongs to stream n modulo that many. */
export const typeCount = 1_000;
export const streamCount = 10_000;

const types = Array.from({ length: typeCount }, (_, i) => [
  "plant",
  `line${Math.floor(i / 100)}`,
  `sensor${i}`,
]);
const streamKeys = Array.from({ length: streamCount }, (_, i) => `device-${i}`);

/** What follows the number in every payload. */
const filling = Buffer.from(
  Array.from({ length: payloadBytes - 8 }, (_, i) => (i * i + 7 * i) & 0xff),
);

export function typeOf(number: number): string[] {
  return types[number % typeCount] as string[];
}

export function streamKeyOf(number: number): string {
  return streamKeys[number % streamCount] as string;
}

/** Its place in its stream. */
export function versionOf(number: number): number {
  return Math.floor(number / streamCount) + 1;
}

/** The number, and bytes that are the same in all. New ones: storages may keep what they are given. */
export function payloadOf(number: number): Buffer {
  const payload = Buffer.allocUnsafe(payloadBytes);
  payload.writeDoubleLE(number, 0);
  filling.copy(payload, 8);
  return payload;
}

export function newEvent(number: number) {
  return {
    type: typeOf(number),
    streamKey: streamKeyOf(number),
    payload: { binary: { type: payloadType, data: payloadOf(number) } },
  } satisfies NewEvent;
}

/** The number of the event whose payload this is. */
export function numberOf(data: Uint8Array | undefined): number {
  if (data?.length !== payloadBytes) throw new Error(`a payload of ${data?.length} bytes`);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.compare(filling, 0, filling.length, 8) !== 0) {
    throw new Error(`no payload of an event: ${bytes.toString("hex")}`);
  }
  return bytes.readDoubleLE(0);
}

/** @throws Error unless the payload is the one of this event. */
export function checkPayload(number: number, data: Uint8Array | undefined): void {
  const found = numberOf(data);
  if (found !== number) throw new Error(`the payload of event ${found} instead of ${number}`);
}

/** @throws Error unless two counts are the same. */
export function checkCount(what: string, found: number, right: number): void {
  if (found !== right) throw new Error(`${what}: ${found} instead of ${right}`);
}
