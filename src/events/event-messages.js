var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { field } from "../decorators/field.js";
import { repeated } from "../decorators/field-types.js";
import { message } from "../decorators/message.js";
let EventId = class EventId {
    server;
    session;
    instance;
};
__decorate([
    field(1, "uint32", { doc: "The server that stored it." })
], EventId.prototype, "server", void 0);
__decorate([
    field(2, "uint64", { doc: "The session: events that were stored together. From 1." })
], EventId.prototype, "session", void 0);
__decorate([
    field(3, "uint32", { doc: "Its place in the session, from 1." })
], EventId.prototype, "instance", void 0);
EventId = __decorate([
    message({ doc: "Who stored an event, in which session, and where in it." })
], EventId);
export { EventId };
let BinaryPayload = class BinaryPayload {
    type;
    data;
};
__decorate([
    field(1, "string", { doc: "What they are: the application decides." })
], BinaryPayload.prototype, "type", void 0);
__decorate([
    field(2, "bytes")
], BinaryPayload.prototype, "data", void 0);
BinaryPayload = __decorate([
    message({ doc: "Bytes that the server never looks into." })
], BinaryPayload);
export { BinaryPayload };
let StreamVersion = class StreamVersion {
    key;
    version;
};
__decorate([
    field(1, "string")
], StreamVersion.prototype, "key", void 0);
__decorate([
    field(2, "uint64", { doc: "Dense, from 1." })
], StreamVersion.prototype, "version", void 0);
StreamVersion = __decorate([
    message({ doc: "An event's own ordered stream, and its place there." })
], StreamVersion);
export { StreamVersion };
let NewEvent = class NewEvent {
    type;
    sourceTimestamp;
    json;
    binary;
    streamKey;
};
__decorate([
    field(1, repeated("string"), {
        doc: "Its type, from the general to the particular. Segments have no ?, * and /.",
    })
], NewEvent.prototype, "type", void 0);
__decorate([
    field(2, TimestampSchema, { doc: "When it happened, by the clock of whoever tells of it." })
], NewEvent.prototype, "sourceTimestamp", void 0);
__decorate([
    field(3, "string", { oneof: "payload", doc: "The text of a JSON value." })
], NewEvent.prototype, "json", void 0);
__decorate([
    field(4, BinaryPayload, { oneof: "payload" })
], NewEvent.prototype, "binary", void 0);
__decorate([
    field(5, "string", { doc: "The stream it belongs to; empty if it belongs to none." })
], NewEvent.prototype, "streamKey", void 0);
NewEvent = __decorate([
    message({
        doc: "An event that is to be stored.",
        oneofs: { payload: { doc: "None is allowed." } },
    })
], NewEvent);
export { NewEvent };
let Event = class Event {
    id;
    type;
    timestamp;
    sourceTimestamp;
    json;
    binary;
    stream;
};
__decorate([
    field(1, EventId)
], Event.prototype, "id", void 0);
__decorate([
    field(2, repeated("string"), { doc: "Its type, from the general to the particular." })
], Event.prototype, "type", void 0);
__decorate([
    field(3, TimestampSchema, {
        doc: "When it was stored, in microseconds; the same for all events of a session.",
    })
], Event.prototype, "timestamp", void 0);
__decorate([
    field(4, TimestampSchema, { doc: "When it happened, by the clock of whoever told of it." })
], Event.prototype, "sourceTimestamp", void 0);
__decorate([
    field(5, "string", { oneof: "payload", doc: "The text of a JSON value." })
], Event.prototype, "json", void 0);
__decorate([
    field(6, BinaryPayload, { oneof: "payload" })
], Event.prototype, "binary", void 0);
__decorate([
    field(7, StreamVersion, { doc: "Unset if it belongs to no stream." })
], Event.prototype, "stream", void 0);
Event = __decorate([
    message({ doc: "A stored event.", oneofs: { payload: { doc: "None is allowed." } } })
], Event);
export { Event };
let QueryType = class QueryType {
    segments;
};
__decorate([
    field(1, repeated("string"), {
        doc: "? is any one segment, * at the end any number of them, others are themselves.",
    })
], QueryType.prototype, "segments", void 0);
QueryType = __decorate([
    message({ doc: "A pattern of event types." })
], QueryType);
export { QueryType };
let TypeFilter = class TypeFilter {
    queryTypes;
};
__decorate([
    field(1, repeated(QueryType), { doc: "No pattern asks for nothing." })
], TypeFilter.prototype, "queryTypes", void 0);
TypeFilter = __decorate([
    message({ doc: "The types that are asked for: those which one of the patterns matches." })
], TypeFilter);
export { TypeFilter };
