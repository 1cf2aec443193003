/**
 * Decorated classes become Connect-RPC services.
 *
 * @module
 */

// What methods throw and receive is Connect's own; from here it is always the version that serves.
export { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
export { App } from "./app/app.js";
export type { AppOptions } from "./app/app-options.js";
export type { EmittedFile } from "./app/emit.js";
export type { FastifyPlugin } from "./app/fastify-plugin.js";
export type { ListenOptions } from "./app/listen-options.js";
export type { Plugin } from "./app/plugin.js";
export { type ActionOptions, action } from "./decorators/action.js";
export {
  type EnumOptions,
  type EnumType,
  type EnumValue,
  enumType,
} from "./decorators/enum-type.js";
export type { Documented } from "./decorators/facts.js";
export { type FieldOptions, field } from "./decorators/field.js";
export {
  type FieldType,
  type FieldValue,
  type Init,
  type MapType,
  map,
  type Ref,
  type RepeatedType,
  repeated,
  type Scalar,
} from "./decorators/field-types.js";
export { type MessageOptions, message } from "./decorators/message.js";
export { type ContractOptions, type ServiceOptions, service } from "./decorators/service.js";
export { type StreamOptions, type StreamSource, stream } from "./decorators/stream.js";
export {
  type ErrorCode,
  errorCodes,
  type FieldViolation,
  invalidArgument,
  SluiceError,
} from "./errors.js";
export type { ErrorListener, RpcErrorContext } from "./rpc/errors.js";
export type { FetchHandlerFn } from "./rpc/fetch-handler.js";
export type { RpcOptions } from "./rpc/router.js";
export type { RpcHandler } from "./rpc/rpc-handler.js";
export type { CorsOptions } from "./rpc/server/cors-policy.js";
export type { ServerLimits } from "./rpc/server/limits.js";
export type { NodeHandler, NodeRequest, NodeResponse } from "./rpc/server/node-handler.js";
export type { ServerTlsOptions } from "./rpc/server/node-servers.js";
export type { CloseOptions, RunningServer } from "./rpc/server/server.js";
export type { StreamStats } from "./rpc/stream-topics.js";
export type { ServiceClass, ServiceClient } from "./rpc/typed-client.js";
export type { ProtoFile } from "./schema/compile.js";
