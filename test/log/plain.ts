import type { Event } from "../../src/log/model/event.js";

/** An event as a text, whether it comes from memory or from storage. */
export function plain({ id, type, timestamp, sourceTimestamp, payload, stream }: Event): string {
  const data =
    payload !== undefined && "binary" in payload
      ? [payload.binary.type, [...payload.binary.data]]
      : payload;
  return JSON.stringify([id, type, timestamp, sourceTimestamp, data, stream], (_, value) =>
    typeof value === "bigint" ? `${value}` : value,
  );
}
