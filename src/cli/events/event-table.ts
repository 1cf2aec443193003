import type { Event, Payload } from "../../log/model/event.js";
import { formatEventId } from "../../log/model/event-id.js";
import { formatEventType } from "../../log/model/event-type.js";
import { timestampToIso } from "../../log/model/timestamp-date.js";

/** Columns are not made wider than this. */
const maxWidth = 40;

/** Events as lines of a table: time, id, type, place in its stream, payload. */
export class EventTable {
  readonly #widths = [0, 0, 0];

  /** @param columns of the terminal; lines are cut there. */
  constructor(private readonly columns: number | undefined) {}

  rows(events: readonly Event[]): string[] {
    const rows = events.map((event) => cells(event).map(shown));
    // Wider ones come as they may: what is printed already stays where it is.
    for (const row of rows) {
      for (const [i, width] of this.#widths.entries()) {
        this.#widths[i] = Math.max(width, Math.min(maxWidth, row[i]!.length));
      }
    }
    return rows.map((row) => this.#line(row));
  }

  #line(row: readonly string[]): string {
    const cells = row.map((cell, i) => cell.padEnd(this.#widths[i] ?? 0));
    const line = cells.join("  ").trimEnd();
    if (this.columns === undefined || line.length <= this.columns) return line;
    return `${line.slice(0, this.columns - 1)}…`;
  }
}

function cells({ timestamp, id, type, stream, payload }: Event): string[] {
  const place = stream === undefined ? [] : [`${stream.key}@${stream.version}`];
  const value = payload === undefined ? [] : [payloadText(payload)];
  return [
    timestampToIso(timestamp),
    formatEventId(id),
    formatEventType(type),
    [...place, ...value].join("  "),
  ];
}

function payloadText(payload: Payload): string {
  if ("json" in payload) return JSON.stringify(payload.json);
  const { type, data } = payload.binary;
  return `${type} (${data.length} bytes)`;
}

/** Without what terminals obey: events say whatever their senders want. */
function shown(text: string): string {
  return text.replaceAll(/\p{Cc}|[\u2028\u2029]/gu, "\ufffd");
}
