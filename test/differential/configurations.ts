import type { AppOptions, ListenOptions } from "../../src/index.js";
import { Code, ConnectError, type HandlerContext } from "../../src/index.js";
import { turns } from "../support/signals.js";
import { describe } from "./describe.js";
import { intercept } from "./interceptors.js";
import type { Witness } from "./witness.js";

/** One way to set up an app. */
export interface Configuration {
  readonly options?: (witness: Witness) => Partial<AppOptions>;
  readonly listen?: ListenOptions;
  /** Its handler in servers of node:http and node:http2, instead of `listen()`. */
  readonly mounted?: boolean;
  /** The limit of a request, for sizes around it. */
  readonly readMaxBytes?: number;
}

const small = { readMaxBytes: 2_000, writeMaxBytes: 1_500 };

export const configurations: Readonly<Record<string, Configuration>> = {
  default: {},
  limits: {
    options: () => ({ ...small, compressMinBytes: 100, maxTimeoutMs: 60_000 }),
    readMaxBytes: small.readMaxBytes,
  },
  strict: {
    options: () => ({
      requireConnectProtocolHeader: true,
      jsonOptions: { alwaysEmitImplicit: true, useProtoFieldName: true, ignoreUnknownFields: true },
      binaryOptions: { readUnknownFields: false, writeUnknownFields: false },
      compressMinBytes: 0,
    }),
  },
  uncompressed: { options: () => ({ acceptCompression: [], grpc: false }) },
  connectOnly: { options: () => ({ grpc: false, grpcWeb: false, ...small }), readMaxBytes: 2_000 },
  noConnect: { options: () => ({ connect: false }) },
  intercepted: {
    options: (witness) => ({
      interceptors: [intercept("outer", witness), intercept("inner", witness)],
      requestGate: gate(witness),
    }),
  },
  cors: {
    listen: {
      cors: {
        origins: ["https://page.example"],
        credentials: true,
        exposedHeaders: ["x-many"],
        allowedHeaders: ["x-user"],
      },
    },
  },
  mounted: { mounted: true, options: () => small, readMaxBytes: small.readMaxBytes },
};

/** Refuses what the request's `x-gate` says. */
function gate(witness: Witness): (context: HandlerContext) => Promise<void> {
  return async (context) => {
    const { requestHeader, responseHeader, protocolName, requestMethod, url } = context;
    const id = requestHeader.get("x-case") ?? "?";
    witness.note(id, "gate", { header: describe(requestHeader), protocolName, requestMethod, url });
    switch (requestHeader.get("x-gate")) {
      case "refuse":
        throw new ConnectError("the gate is closed", Code.Unauthenticated, { "x-gate": "closed" });
      case "throw":
        throw new Error("the gate is broken");
      case "header":
        responseHeader.set("x-gated", "yes");
        break;
      case "slow":
        await turns(1);
    }
  };
}
