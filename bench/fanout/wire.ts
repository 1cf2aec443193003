/** The bytes of each tick as a subscriber must receive them, made here by other means than servers do. */
import { create, toBinary } from "@bufbuild/protobuf";
import type { Wire } from "../lib/fan-out/cycle.js";
import { envelope } from "../lib/fan-out/envelope.js";
import { type Tick, tickSchema, ticks } from "./tick.js";

export const enveloped: Wire = {
  messages: ticks.map((tick) => envelope(toBinary(tickSchema, create(tickSchema, tick)))),
};

const text = (of: (json: string) => string): Uint8Array[] =>
  ticks.map((tick) => Buffer.from(of(JSON.stringify(tick satisfies Tick))));

export const json: Wire = { messages: text((tick) => tick) };

/** An engine.io message (4) that is a socket.io event (2). */
export const socketIo: Wire = { messages: text((tick) => `42["tick",${tick}]`) };

/** Server-sent events as tRPC prints them. */
export const trpcEvents: Wire = {
  prelude: Buffer.from("event: connected\ndata: {}\n\n\n"),
  messages: text((tick) => `data: ${tick}\n\n\n`),
};
