/**
 * The one table of coded errors. A code is part of the public contract: it is never renamed or
 * reused, and docs/errors.md lists exactly these (a test compares the two).
 *
 * `status` is the Connect code a caller sees when the error reaches the wire. Errors without one
 * are mistakes of the program, raised while classes are defined or the app is put together.
 */
export const errorCodes = {
    /** A decorator stands on something it cannot decorate, or where there is one already. */
    member_unsupported: {},
    /** The compiler calls standard decorators without their metadata. */
    decorator_metadata_missing: {},
    /** A message class has a constructor that needs arguments. */
    message_constructor: {},
    /** A field number is no integer, out of range, or in protobuf's own range. */
    field_number_invalid: {},
    /** Two fields of a message have the same number. */
    field_number_duplicate: {},
    /** A field uses a number or name its message reserves. */
    field_reserved: {},
    /** A reserved number, range or name is malformed, or reserved twice. */
    reserved_invalid: {},
    /** A field's type is neither written down nor plain from the compiler's metadata. */
    field_type_missing: {},
    /** Two options of a field exclude each other. */
    field_options_conflict: {},
    /** A declared type is no proto3 type, or not where it stands. */
    type_unsupported: {},
    /** A thunk threw when it was resolved. */
    type_unresolved: {},
    /** An enum has no value 0, or a value that is no 32-bit integer or is reserved. */
    enum_invalid: {},
    /** A name is not a proto identifier. */
    name_invalid: {},
    /** Two declarations of a package have the same name. */
    name_duplicate: {},
    /** Two fields of a message have the same proto or JSON name. */
    field_name_duplicate: {},
    /** Two methods of a service have the same RPC name. */
    rpc_duplicate: {},
    /** Two services of an app have the same name. */
    service_duplicate: {},
    /** Something in `services` is no instance of a class decorated with `@service()`. */
    service_invalid: {},
    /** A method takes a parameter but declares no request. */
    request_type_missing: {},
    /** The options of a stream do not fit together. */
    stream_invalid: {},
    /** A method is not in the contract its class implements. */
    contract_method_unknown: {},
    /** An RPC of a contract has no method. */
    contract_method_unbound: {},
    /** A message is used in two packages and says not where it is declared. */
    package_ambiguous: {},
    /** Packages import each other in a circle. */
    package_cycle: {},
    /** Options of an app are wrong. */
    app_options_invalid: {},
    /** `finalize()` was called twice, or something was added after it. */
    app_already_finalized: {},
    /** Something was asked of an app that is not finalized yet. */
    app_not_finalized: {},
    /** Something was asked of a closed app. */
    app_closed: {},
    /** Two plugins of an app have the same name. */
    plugin_duplicate: {},
    /** An app was asked for a plugin that it does not have. */
    plugin_missing: {},
    /** The address or port cannot be listened on. */
    server_listen_failed: {},
    /** The key or certificate for TLS cannot be used. */
    server_tls_invalid: {},
    /** Limits of the server are unknown or out of range. */
    server_limits_invalid: {},
    /** Origins, or options beside them, that could never work. */
    cors_options_invalid: {},
    /** A schema has something that proto3 text cannot express. */
    proto_unprintable: {},
    /** A stream method was called on an instance that belongs to no finalized app. */
    publish_before_finalize: {},
    /** Fields of a request were refused, by `invalidArgument()`. */
    argument_invalid: { status: "invalid_argument" },
    /** A client was asked for a method its service class does not expose, or exposes as a stream. */
    client_method_unknown: {},
    /** A method returned a single value where a stream is declared, or the other way round. */
    response_shape: { status: "internal" },
    /** A value handed back by a method, or published, does not fit its message. */
    message_invalid: { status: "internal" },
    /** Publishing found more callers already waiting for room than `maxWaiting` allows. */
    topic_publish_overflow: { status: "resource_exhausted" },
    /** The topic has as many subscribers as it may have. */
    topic_subscribers_exceeded: { status: "resource_exhausted" },
    /** A `fifo` subscriber stayed full for longer than `slow.evictAfterMs`. */
    topic_subscriber_evicted: { status: "resource_exhausted" },
    /** More keys of one keyed stream are in use than it may have. */
    topic_keys_exceeded: { status: "resource_exhausted" },
    /** A topic was used after it was closed. */
    topic_closed: { status: "unavailable" },
    /** Options of a topic are out of range or contradict each other; `violations` names each. */
    topic_options_invalid: {},
    /** The values of one subscription were iterated a second time. */
    topic_iterated_twice: {},
    /** A text is not an event id. */
    event_id_invalid: { status: "invalid_argument" },
    /** An event's type is no list of segments, too long, or has `?`, `*` or `/` in a segment. */
    event_type_invalid: { status: "invalid_argument" },
    /** A query type is no list of segments, too long, or has `*` elsewhere than at its end. */
    query_type_invalid: { status: "invalid_argument" },
    /** A subscription has too many query types, or too many `?` for comparing it with another. */
    query_types_exceeded: { status: "invalid_argument" },
    /** A text, date or row of bytes is not a timestamp. */
    timestamp_invalid: { status: "invalid_argument" },
    /** A timestamp is beyond 64 bits of seconds, or beyond what a date can express. */
    timestamp_out_of_range: { status: "invalid_argument" },
    /** Conditions on events are malformed or nested too deep. */
    conditions_invalid: {},
    /** An event that is to be appended is malformed or too large; `violations` names what. */
    event_invalid: { status: "invalid_argument" },
    /** An event does not meet the log's conditions; `violations` names which. */
    event_refused: { status: "failed_precondition" },
    /** A session has more events or bytes than it may have. */
    session_too_large: { status: "invalid_argument" },
    /** The log has as many distinct event types as it may have. */
    event_types_exceeded: { status: "resource_exhausted" },
    /** A stream does not have the version that an append expects; `violations` has the actual one. */
    version_conflict: { status: "failed_precondition" },
    /** An idempotency key was used before, for something else. */
    idempotency_key_reused: { status: "already_exists" },
    /** A query's range, limit or cursor makes no sense; `violations` names what. */
    query_invalid: { status: "invalid_argument" },
    /** A module of the event engine failed: nothing of the session is stored. */
    module_failed: { status: "internal" },
    /** A module of the event engine took too long: nothing of the session is stored. */
    module_timeout: { status: "aborted" },
    /** Modules of the event engine added events without end: nothing of the session is stored. */
    module_recursion: { status: "aborted" },
    /** There is no event with the id to begin behind. */
    event_unknown: { status: "not_found" },
    /** More appends wait to be written than may. */
    log_overloaded: { status: "resource_exhausted" },
    /** The log's storage has failed: nothing is written until the server is restarted. */
    log_failed: { status: "unavailable" },
    /** Something was asked of a log that is closed. */
    log_closed: { status: "unavailable" },
    /** Options of a log are wrong; `violations` names each. */
    log_options_invalid: {},
    /** A storage cannot be opened: missing rights, in use, damaged, full. */
    storage_unavailable: { status: "unavailable" },
    /** A storage could not do what it was asked for. */
    storage_failed: { status: "unavailable" },
    /** A record in storage is not what was written. */
    storage_damaged: { status: "internal" },
};
/** Every error Sluice itself raises: a stable `code`, and a message that says what to do. */
export class SluiceError extends Error {
    code;
    name = "SluiceError";
    constructor(code, message, options) {
        super(message, options);
        this.code = code;
        this.violations = options?.violations ?? [];
    }
    /** All bad fields at once, where the error is about the content of a message. */
    violations;
}
/**
 * The error for a request with bad content: `invalid_argument`, naming every bad field.
 *
 * ```ts
 * throw invalidArgument({ intervalMs: "must be from 100 to 60,000" });
 * ```
 */
export function invalidArgument(problems) {
    const violations = Object.entries(problems).map(([field, description]) => ({
        field,
        description,
    }));
    const text = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    return new SluiceError("argument_invalid", text, { violations });
}
