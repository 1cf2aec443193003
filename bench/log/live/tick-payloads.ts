/** The messages of the fan-out bench, as payloads of events. */
import { create, toBinary } from "@bufbuild/protobuf";
import { tickSchema, ticks } from "../../fanout/tick.js";

export const tickPayloads: readonly Buffer[] = ticks.map((tick) =>
  Buffer.from(toBinary(tickSchema, create(tickSchema, tick))),
);
