import type { ConnectRouter, ConnectRouterOptions, Interceptor } from "@connectrpc/connect";
import { createMethodUrl } from "@connectrpc/connect/protocol";
import type { BoundMethod } from "./bind.js";
import type { ErrorListener } from "./errors.js";
import { Compressions } from "./fast/compressions.js";
import type { FastMethod } from "./fast/fast-route.js";
import { subscriptionMethod } from "./fast/subscription-route.js";
import { unaryMethod } from "./fast/unary-route.js";
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

/** The default of `compressMinBytes`: 1 KiB, as Connect has it. */
const defaultCompressMinBytes = 1_024;

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
      const interceptors = allInterceptors(method, options, onError);
      router.rpc(desc, methodImpl(method, onError), {
        ...protocols,
        interceptors,
        requestGate,
        shutdownSignal: desc.methodKind === "unary" ? shutdown.calls : shutdown.streams,
      });
    }
  };
}

/** What a method is wrapped in: the app's interceptors, the service's and its own. */
function allInterceptors(
  { desc, interceptors: own }: BoundMethod,
  { interceptors: shared = [] }: RpcOptions,
  onError: ErrorListener,
): Interceptor[] {
  const interceptors = [...shared, ...own];
  if (interceptors.length === 0) return [];
  return [
    outermost({ service: desc.parent.typeName, method: desc.name }, onError),
    ...interceptors,
  ];
}

/** Those of bound methods, by their paths, that can be answered without Connect's router. */
export function fastMethods(
  methods: readonly BoundMethod[],
  shutdown: ShutdownSignals,
  options: ConnectRouterOptions & { readMaxBytes: number; writeMaxBytes: number },
  onError: ErrorListener,
): ReadonlyMap<string, FastMethod> {
  // Asked before a request is read, and by a promise: there is nothing to gain then.
  if (options.requestGate !== undefined) return new Map();
  const settings = {
    binaryOptions: options.binaryOptions,
    jsonOptions: options.jsonOptions,
    readMaxBytes: options.readMaxBytes,
    writeMaxBytes: options.writeMaxBytes,
    compressMinBytes: options.compressMinBytes ?? defaultCompressMinBytes,
    compressions: new Compressions(options.acceptCompression ?? []),
    maxTimeoutMs: options.maxTimeoutMs ?? Number.MAX_SAFE_INTEGER,
    requireConnectProtocolHeader: options.requireConnectProtocolHeader ?? false,
    shutdown: shutdown.calls,
    onError,
  };
  const served = { connect: options.connect, grpc: options.grpc, "grpc-web": options.grpcWeb };
  const isServed = (protocolName: keyof typeof served): boolean => served[protocolName] ?? true;
  const fast = new Map<string, FastMethod>();
  for (const method of methods) {
    const { desc } = method;
    const interceptors = allInterceptors(method, options, onError);
    const path = createMethodUrl("/", desc);
    if (desc.methodKind === "unary") {
      fast.set(path, unaryMethod(method, interceptors, isServed, settings));
      continue;
    }
    // Interceptors see every message of a stream, for each subscriber anew.
    if (interceptors.length > 0) continue;
    const subscription = subscriptionMethod(method, isServed, settings, shutdown.streams);
    if (subscription !== undefined) fast.set(path, subscription);
  }
  return fast;
}

/** The options of an app's router, defaults filled in. */
export function routerOptions(options: RpcOptions) {
  return {
    ...options,
    readMaxBytes: options.readMaxBytes ?? defaultMaxMessageBytes,
    writeMaxBytes: options.writeMaxBytes ?? defaultMaxMessageBytes,
  };
}
