var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { enumType } from "../decorators/enum-type.js";
import { field } from "../decorators/field.js";
import { repeated } from "../decorators/field-types.js";
import { message } from "../decorators/message.js";
import { EventId, NewEvent } from "./event-messages.js";
/** What must be true of a stream. */
export const StreamState = enumType("StreamState", { Unspecified: 0, None: 1, Exists: 2, Any: 3 }, {
    doc: "What must be true of a stream.",
    values: {
        Unspecified: { doc: "Not a state." },
        None: { doc: "It has no event." },
        Exists: { doc: "It has some event." },
        Any: { doc: "Whatever it has." },
    },
});
/** When an append is answered. */
export const Durability = enumType("Durability", { Unspecified: 0, Commit: 1, Relaxed: 2 }, {
    doc: "When an append is answered.",
    values: {
        Unspecified: { doc: "As for COMMIT." },
        Commit: { doc: "When the events are on disk." },
        Relaxed: { doc: "When they are accepted: a crash in the next moments may lose them." },
    },
});
let Expectation = class Expectation {
    streamKey;
    version;
    state;
};
__decorate([
    field(1, "string")
], Expectation.prototype, "streamKey", void 0);
__decorate([
    field(2, "uint64", { oneof: "expected", doc: "Its last version; 0 if it has no event." })
], Expectation.prototype, "version", void 0);
__decorate([
    field(3, StreamState, { oneof: "expected" })
], Expectation.prototype, "state", void 0);
Expectation = __decorate([
    message({ doc: "What must be true of a stream for an append to be stored." })
], Expectation);
export { Expectation };
let AppendRequest = class AppendRequest {
    events;
    expect;
    idempotencyKey;
    durability;
};
__decorate([
    field(1, repeated(NewEvent))
], AppendRequest.prototype, "events", void 0);
__decorate([
    field(2, repeated(Expectation), { doc: "All must hold, else nothing is stored." })
], AppendRequest.prototype, "expect", void 0);
__decorate([
    field(3, "string", {
        doc: "Of appends with the same key only the first is stored; the others get its answer.",
    })
], AppendRequest.prototype, "idempotencyKey", void 0);
__decorate([
    field(4, Durability)
], AppendRequest.prototype, "durability", void 0);
AppendRequest = __decorate([
    message({ doc: "Events to be stored together, as one session." })
], AppendRequest);
export { AppendRequest };
let AppendedEvent = class AppendedEvent {
    id;
    version;
};
__decorate([
    field(1, EventId)
], AppendedEvent.prototype, "id", void 0);
__decorate([
    field(2, "uint64", { doc: "Its version in its stream; 0 if it belongs to none." })
], AppendedEvent.prototype, "version", void 0);
AppendedEvent = __decorate([
    message({ doc: "What an event got when it was stored." })
], AppendedEvent);
export { AppendedEvent };
let AppendResponse = class AppendResponse {
    events;
    timestamp;
    replayed;
};
__decorate([
    field(1, repeated(AppendedEvent))
], AppendResponse.prototype, "events", void 0);
__decorate([
    field(2, TimestampSchema, { doc: "Of all of them; unset if there were none." })
], AppendResponse.prototype, "timestamp", void 0);
__decorate([
    field(3, "bool", { doc: "They were stored before, with the same idempotency key." })
], AppendResponse.prototype, "replayed", void 0);
AppendResponse = __decorate([
    message({ doc: "What the events of an append got, in their order." })
], AppendResponse);
export { AppendResponse };
let AppendStreamRequest = class AppendStreamRequest extends AppendRequest {
};
AppendStreamRequest = __decorate([
    message({ doc: "One of many appends over one call." })
], AppendStreamRequest);
export { AppendStreamRequest };
let AppendStreamResponse = class AppendStreamResponse extends AppendResponse {
    answered;
};
__decorate([
    field(4, "uint64", { doc: "How many appends of this call are answered, this one included." })
], AppendStreamResponse.prototype, "answered", void 0);
AppendStreamResponse = __decorate([
    message({ doc: "Answers appends, in their order." })
], AppendStreamResponse);
export { AppendStreamResponse };
