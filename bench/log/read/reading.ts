/** Reads the newest 100 events of one type after the other, one read at a time, and checks them. */
import type { Event } from "sluice/events";
import { drive } from "../../lib/drive.js";
import type { Load, LoadResult } from "../../lib/load.js";
import { lastOf, payload } from "../append/check-log.js";
import { checkCount, checkPayload, typeCount } from "../events.js";

export const newest = 100;

/** A log opened for reading. */
export interface Reader {
  /** Events it has, one in each session: event n in session n + 1. */
  readonly events: number;
  /** The newest events of a type, the newest first. */
  read(type: number): Promise<readonly Event[]>;
  close(): Promise<void>;
}

/** What every type is read from, in turn: shares no factor with the number of types. */
const step = 337;

export class Reading implements Load {
  private reader!: Reader;
  private type = 0;

  constructor(private readonly openReader: () => Promise<Reader>) {}

  async open(): Promise<void> {
    this.reader = await this.openReader();
  }

  async run(seconds: number): Promise<LoadResult> {
    const { reader } = this;
    return drive(1, seconds, async () => {
      this.type = (this.type + step) % typeCount;
      check(await reader.read(this.type), this.type, reader.events);
    });
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}

function check(found: readonly Event[], type: number, events: number): void {
  let number = lastOf(type, typeCount, events);
  checkCount(
    "events of a type",
    found.length,
    Math.min(newest, Math.floor(number / typeCount) + 1),
  );
  for (const event of found) {
    checkCount("session", event.id.session, number + 1);
    checkPayload(number, payload(event));
    number -= typeCount;
  }
}
