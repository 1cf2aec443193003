import { setTimeout as sleep } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { type Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import {
  type ConformancePayload,
  type ConformancePayload_RequestInfo,
  ConformancePayload_RequestInfoSchema,
  ConformancePayloadSchema,
  type Error as ErrorDefinition,
  type Header,
  HeaderSchema,
  type StreamResponseDefinition,
  type UnaryResponseDefinition,
} from "../../.cache/conformance/gen/connectrpc/conformance/v1/service_pb.js";

/** Answers a call that has one response: with its payload, or by throwing the error the definition asks for. */
export async function answerOnce(
  definition: UnaryResponseDefinition | undefined,
  seen: Any[],
  context: HandlerContext,
): Promise<ConformancePayload> {
  if (!definition) return createPayload(undefined, seen, true, context);
  applyMetadata(definition, context);
  await pause(definition.responseDelayMs, context.signal);
  const { response } = definition;
  if (response.case === "error") throw createError(response.value, describeCall(seen, context));
  return createPayload(response.value, seen, true, context);
}

/**
 * Throws the error that ends a stream, if its definition has one. Only a stream that sent nothing tells of its
 * requests in the error: otherwise the first response has done so.
 */
export function throwDefinedError(
  { error, responseData }: StreamResponseDefinition,
  seen: Any[],
  context: HandlerContext,
): void {
  if (!error) return;
  throw createError(error, responseData.length === 0 ? describeCall(seen, context) : undefined);
}

/** One response's payload. Headers and the rest of the call never change, so only the first response tells of them. */
export function createPayload(
  data: Uint8Array | undefined,
  seen: Any[],
  isFirst: boolean,
  context: HandlerContext,
): ConformancePayload {
  const requestInfo = isFirst ? describeCall(seen, context) : { requests: seen };
  return create(ConformancePayloadSchema, { data, requestInfo });
}

/** Sets the headers and trailers that a definition asks for. */
export function applyMetadata(
  definition: UnaryResponseDefinition | StreamResponseDefinition,
  context: HandlerContext,
): void {
  appendAll(context.responseHeader, definition.responseHeaders);
  appendAll(context.responseTrailer, definition.responseTrailers);
}

/** Waits; a call that ends meanwhile ends the wait with the reason (canceled or deadline_exceeded). */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs === 0) return;
  try {
    await sleep(delayMs, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}

function appendAll(target: Headers, source: Header[]): void {
  for (const { name, value } of source) {
    for (const one of value) target.append(name, one);
  }
}

/** What the server saw of the call. The query tells of a GET; no POST of the suite has one. */
function describeCall(seen: Any[], context: HandlerContext): ConformancePayload_RequestInfo {
  const timeoutMs = context.timeoutMs();
  const isGet = context.requestMethod === "GET";
  return create(ConformancePayload_RequestInfoSchema, {
    requestHeaders: toHeaders(context.requestHeader),
    timeoutMs: timeoutMs === undefined ? undefined : BigInt(Math.floor(timeoutMs)),
    requests: seen,
    connectGetInfo: isGet
      ? { queryParams: toHeaders(new URL(context.url).searchParams) }
      : undefined,
  });
}

function toHeaders(entries: Iterable<[string, string]>): Header[] {
  return Array.from(entries, ([name, value]) => create(HeaderSchema, { name, value: [value] }));
}

function createError(
  definition: ErrorDefinition,
  callInfo: ConformancePayload_RequestInfo | undefined,
): ConnectError {
  // The suite numbers its codes as Connect does.
  const error = new ConnectError(definition.message ?? "", definition.code as number as Code);
  for (const { typeUrl, value } of definition.details) {
    error.details.push({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value });
  }
  if (callInfo) {
    error.details.push({ desc: ConformancePayload_RequestInfoSchema, value: callInfo });
  }
  return error;
}
