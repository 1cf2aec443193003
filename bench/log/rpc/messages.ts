/** The messages of EventService that the loads send and read; the numbers are those of its .proto. */
import { payloadOf, payloadType, streamKeyOf, typeOf } from "../events.js";
import { Fields, field } from "../proto.js";

export const service = "/sluice.events.v1.EventService";

export const appendCall = {
  path: `${service}/Append`,
  contentType: "application/proto",
  headers: { "connect-protocol-version": "1" },
};

/** AppendRequest with one event. */
export function appendRequest(number: number): Buffer {
  const binary = Buffer.concat([field(1, payloadType), field(2, payloadOf(number))]);
  const event = Buffer.concat([
    ...typeOf(number).map((segment) => field(1, segment)),
    field(4, binary),
    field(5, streamKeyOf(number)),
  ]);
  return field(1, event);
}

/** An event's id, as far as it is looked at. */
export interface Id {
  readonly session: number;
  readonly instance: number;
}

/** The ids of an AppendResponse's events. */
export function appendedIds(response: Buffer): Id[] {
  const ids: Id[] = [];
  for (const fields = new Fields(response, 0, response.length); fields.next(); ) {
    if (fields.number !== 1) continue;
    for (const event = fields.message(); event.next(); ) {
      if (event.number === 1) ids.push(readId(event.message()));
    }
  }
  return ids;
}

export const startPoint = { now: 1, beginning: 2 } as const;

/** No round is as long as that. */
const noHeartbeatMs = 3_600_000;

/** SubscribeRequest for all types, by the policy FIFO. */
export function subscribeRequest(start: number): Buffer {
  return Buffer.concat([field(4, start), field(8, noHeartbeatMs)]);
}

/** What becomes of the messages of a subscription. */
export interface SubscriptionReader {
  event(id: Id, payload: Buffer): void;
  caughtUp(): void;
}

/** Reads a SubscribeResponse. */
export function readSubscribed(
  bytes: Buffer,
  start: number,
  end: number,
  reader: SubscriptionReader,
): void {
  for (const fields = new Fields(bytes, start, end); fields.next(); ) {
    if (fields.number === 1) readBatch(fields.message(), reader);
    else if (fields.number === 2) reader.caughtUp();
    else throw new Error(`field ${fields.number} of a SubscribeResponse`);
  }
}

function readBatch(batch: Fields, reader: SubscriptionReader): void {
  while (batch.next()) {
    if (batch.number !== 1) throw new Error("sessions were skipped");
    let id: Id | undefined;
    let payload: Buffer | undefined;
    for (const event = batch.message(); event.next(); ) {
      if (event.number === 1) id = readId(event.message());
      else if (event.number === 6) payload = readBinary(event.message());
    }
    if (id === undefined || payload === undefined)
      throw new Error("an event without id or payload");
    reader.event(id, payload);
  }
}

function readId(fields: Fields): Id {
  let session = 0;
  let instance = 0;
  while (fields.next()) {
    if (fields.number === 2) session = fields.value;
    else if (fields.number === 3) instance = fields.value;
  }
  return { session, instance };
}

function readBinary(fields: Fields): Buffer | undefined {
  let data: Buffer | undefined;
  while (fields.next()) if (fields.number === 2) data = fields.content();
  return data;
}
