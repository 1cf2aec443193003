import type { Timestamp as ProtoTimestamp } from "@bufbuild/protobuf/wkt";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { type EnumValue, enumType } from "../decorators/enum-type.js";
import { field } from "../decorators/field.js";
import { repeated } from "../decorators/field-types.js";
import { message } from "../decorators/message.js";
import { EventId, NewEvent } from "./event-messages.js";

/** What must be true of a stream. */
export const StreamState = enumType(
  "StreamState",
  { Unspecified: 0, None: 1, Exists: 2, Any: 3 },
  {
    doc: "What must be true of a stream.",
    values: {
      Unspecified: { doc: "Not a state." },
      None: { doc: "It has no event." },
      Exists: { doc: "It has some event." },
      Any: { doc: "Whatever it has." },
    },
  },
);
export type StreamState = EnumValue<typeof StreamState>;

/** When an append is answered. */
export const Durability = enumType(
  "Durability",
  { Unspecified: 0, Commit: 1, Relaxed: 2 },
  {
    doc: "When an append is answered.",
    values: {
      Unspecified: { doc: "As for COMMIT." },
      Commit: { doc: "When the events are on disk." },
      Relaxed: { doc: "When they are accepted: a crash in the next moments may lose them." },
    },
  },
);
export type Durability = EnumValue<typeof Durability>;

@message({ doc: "What must be true of a stream for an append to be stored." })
export class Expectation {
  @field(1, "string")
  streamKey!: string;

  @field(2, "uint64", { oneof: "expected", doc: "Its last version; 0 if it has no event." })
  version?: bigint;

  @field(3, StreamState, { oneof: "expected" })
  state?: StreamState;
}

@message({ doc: "Events to be stored together, as one session." })
export class AppendRequest {
  @field(1, repeated(NewEvent))
  events!: NewEvent[];

  @field(2, repeated(Expectation), { doc: "All must hold, else nothing is stored." })
  expect!: Expectation[];

  @field(3, "string", {
    doc: "Of appends with the same key only the first is stored; the others get its answer.",
  })
  idempotencyKey!: string;

  @field(4, Durability)
  durability!: Durability;
}

@message({ doc: "What an event got when it was stored." })
export class AppendedEvent {
  @field(1, EventId)
  id?: EventId;

  @field(2, "uint64", { doc: "Its version in its stream; 0 if it belongs to none." })
  version!: bigint;
}

@message({ doc: "What the events of an append got, in their order." })
export class AppendResponse {
  @field(1, repeated(AppendedEvent))
  events!: AppendedEvent[];

  @field(2, TimestampSchema, { doc: "Of all of them; unset if there were none." })
  timestamp?: ProtoTimestamp;

  @field(3, "bool", { doc: "They were stored before, with the same idempotency key." })
  replayed!: boolean;
}

@message({ doc: "One of many appends over one call." })
export class AppendStreamRequest extends AppendRequest {}

@message({ doc: "Answers appends, in their order." })
export class AppendStreamResponse extends AppendResponse {
  @field(4, "uint64", { doc: "How many appends of this call are answered, this one included." })
  answered!: bigint;
}
