import type { Event } from "../../log/model/event.js";
import { parseQueryType, type QueryType } from "../../log/model/query-type.js";
import { printLines } from "../output.js";
import { eventLine } from "./event-line.js";
import { EventTable } from "./event-table.js";

/** Arguments of commands that print events. */
export const printedArgs = {
  "types...": {
    type: "positional",
    required: false,
    description: "Patterns such as 'plant/?/temp' and 'plant/*'; default: all events",
  },
  stream: { type: "string", description: "The events of one stream", valueHint: "key" },
} as const;

/** The types that are asked for; all if none is given. */
export function typesOf(texts: readonly string[]): readonly QueryType[] | undefined {
  return texts.length === 0 ? undefined : texts.map((text) => parseQueryType(text));
}

/** Prints events: as JSON, one to a line, or as a table that fits the terminal. */
export function eventPrinter(json: boolean): (events: readonly Event[]) => Promise<void> {
  if (json) return (events) => printLines(events.map(eventLine));
  const table = new EventTable(process.stdout.columns || undefined);
  return (events) => printLines(table.rows(events));
}
