import { create } from "@bufbuild/protobuf";
import { type Any, anyPack } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { action, service } from "sluice";
import {
  type BidiStreamRequest,
  BidiStreamRequestSchema,
  type BidiStreamResponse,
  BidiStreamResponseSchema,
  type ClientStreamRequest,
  ClientStreamRequestSchema,
  type ClientStreamResponse,
  ClientStreamResponseSchema,
  ConformanceService,
  type IdempotentUnaryRequest,
  IdempotentUnaryRequestSchema,
  type IdempotentUnaryResponse,
  IdempotentUnaryResponseSchema,
  type ServerStreamRequest,
  ServerStreamRequestSchema,
  type ServerStreamResponse,
  ServerStreamResponseSchema,
  type StreamResponseDefinition,
  type UnaryRequest,
  UnaryRequestSchema,
  type UnaryResponse,
  UnaryResponseSchema,
  type UnimplementedRequest,
  type UnimplementedResponse,
} from "../../.cache/conformance/gen/connectrpc/conformance/v1/service_pb.js";
import { answerOnce, applyMetadata, createPayload, pause, throwDefinedError } from "./answers.js";

/**
 * The suite's service, as the suite's service.proto describes it: every request says how it wants to be answered,
 * every answer tells what the server saw of the request.
 */
@service(ConformanceService)
export class ConformanceImpl {
  @action()
  async unary(request: UnaryRequest, context: HandlerContext): Promise<UnaryResponse> {
    const seen = [anyPack(UnaryRequestSchema, request)];
    const payload = await answerOnce(request.responseDefinition, seen, context);
    return create(UnaryResponseSchema, { payload });
  }

  @action()
  async idempotentUnary(
    request: IdempotentUnaryRequest,
    context: HandlerContext,
  ): Promise<IdempotentUnaryResponse> {
    const seen = [anyPack(IdempotentUnaryRequestSchema, request)];
    const payload = await answerOnce(request.responseDefinition, seen, context);
    return create(IdempotentUnaryResponseSchema, { payload });
  }

  /** Bound all the same: Sluice refuses a service with an unbound method, and the suite only looks at the error. */
  @action()
  async unimplemented(
    _request: UnimplementedRequest,
    context: HandlerContext,
  ): Promise<UnimplementedResponse> {
    throw new ConnectError(`${context.method.name} is not implemented`, Code.Unimplemented);
  }

  @action()
  async clientStream(
    requests: AsyncIterable<ClientStreamRequest>,
    context: HandlerContext,
  ): Promise<ClientStreamResponse> {
    let first: ClientStreamRequest | undefined;
    const seen: Any[] = [];
    for await (const request of requests) {
      first ??= request;
      seen.push(anyPack(ClientStreamRequestSchema, request));
    }
    const payload = await answerOnce(first?.responseDefinition, seen, context);
    return create(ClientStreamResponseSchema, { payload });
  }

  @action()
  async *serverStream(
    request: ServerStreamRequest,
    context: HandlerContext,
  ): AsyncGenerator<ServerStreamResponse> {
    const definition = request.responseDefinition;
    if (!definition) return;
    applyMetadata(definition, context);
    const seen = [anyPack(ServerStreamRequestSchema, request)];
    for (const [index, data] of definition.responseData.entries()) {
      await pause(definition.responseDelayMs, context.signal);
      const payload = createPayload(data, index === 0 ? seen : [], index === 0, context);
      yield create(ServerStreamResponseSchema, { payload });
    }
    throwDefinedError(definition, seen, context);
  }

  /**
   * Full duplex answers each request before it reads the next; half duplex reads them all first. Either way the
   * first request decides, and what is left to send goes out after the last request.
   */
  @action()
  async *bidiStream(
    requests: AsyncIterable<BidiStreamRequest>,
    context: HandlerContext,
  ): AsyncGenerator<BidiStreamResponse> {
    let first: BidiStreamRequest | undefined;
    let definition: StreamResponseDefinition | undefined;
    /** What the next response tells of: the requests received since the last one. */
    let seen: Any[] = [];
    let sentCount = 0;
    const respond = async (data: Uint8Array): Promise<BidiStreamResponse> => {
      await pause(definition?.responseDelayMs ?? 0, context.signal);
      const payload = createPayload(data, seen, sentCount === 0, context);
      sentCount++;
      seen = [];
      return create(BidiStreamResponseSchema, { payload });
    };

    for await (const request of requests) {
      if (!first) {
        first = request;
        definition = request.responseDefinition;
        if (definition) applyMetadata(definition, context);
      }
      seen.push(anyPack(BidiStreamRequestSchema, request));
      if (!first.fullDuplex) continue;
      const data = definition?.responseData[sentCount];
      if (!data) break;
      yield await respond(data);
    }
    if (!definition) return;
    for (const data of definition.responseData.slice(sentCount)) yield await respond(data);
    throwDefinedError(definition, seen, context);
  }
}
