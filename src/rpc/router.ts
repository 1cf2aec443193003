import type { ConnectRouter, ConnectRouterOptions } from "@connectrpc/connect";
import type { BoundMethod } from "./bind.js";
import type { ErrorListener } from "./errors.js";
import { methodImpl } from "./method-impl.js";
import { outermost, outermostGate } from "./outermost.js";

/** What an app can set for its RPCs; all but the limits below are Connect's own options. */
export type RpcOptions = Pick<
  ConnectRouterOptions,
  | "interceptors"
  | "requestGate"
  | "acceptCompression"
  | "compressMinBytes"
  | "maxTimeoutMs"
  | "requireConnectProtocolHeader"
  | "jsonOptions"
  | "binaryOptions"
  | "grpc"
  | "grpcWeb"
  | "connect"
> & {
  /** Bytes of one message a caller may send, uncompressed; default 4 MiB. */
  readonly readMaxBytes?: number;
  /** Bytes of one message a method may answer with, uncompressed; default 4 MiB. */
  readonly writeMaxBytes?: number;
};

/** The default of both message size limits: 4 MiB, as gRPC has it. */
export const defaultMaxMessageBytes = 4 * 1024 * 1024;

/** Aborted when the app closes. */
export interface ShutdownSignals {
  /** At once: ends streams, which could go on for ever. */
  readonly streams: AbortSignal;
  /** When the time to finish is over: ends single calls. */
  readonly calls: AbortSignal;
}

/** The routes of bound methods, for any of Connect's adapters. */
export function routes(
  methods: readonly BoundMethod[],
  shutdown: ShutdownSignals,
  options: RpcOptions,
  onError: ErrorListener,
): (router: ConnectRouter) => void {
  // Connect forgets the protocols of the router for RPCs with options of their own.
  const protocols = { grpc: options.grpc, grpcWeb: options.grpcWeb, connect: options.connect };
  const requestGate = options.requestGate && outermostGate(options.requestGate, onError);
  return (router) => {
    for (const method of methods) {
      const { desc } = method;
      const origin = { service: desc.parent.typeName, method: desc.name };
      const interceptors = [...(options.interceptors ?? []), ...method.interceptors];
      if (interceptors.length > 0) interceptors.unshift(outermost(origin, onError));
      router.rpc(desc, methodImpl(method, onError), {
        ...protocols,
        interceptors,
        requestGate,
        shutdownSignal: desc.methodKind === "unary" ? shutdown.calls : shutdown.streams,
      });
    }
  };
}

/** The options of an app's router, defaults filled in. */
export function routerOptions(options: RpcOptions): ConnectRouterOptions {
  return {
    ...options,
    readMaxBytes: options.readMaxBytes ?? defaultMaxMessageBytes,
    writeMaxBytes: options.writeMaxBytes ?? defaultMaxMessageBytes,
  };
}
