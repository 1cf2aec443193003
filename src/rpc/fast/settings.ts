import type { ErrorListener } from "../errors.js";
import type { CodecOptions } from "./codec.js";
import type { Compressions } from "./compressions.js";

/** What holds for all calls of an app. */
export interface FastSettings extends CodecOptions {
  readonly compressions: Compressions;
  readonly compressMinBytes: number;
  readonly maxTimeoutMs: number;
  readonly requireConnectProtocolHeader: boolean;
  /** Aborted when the app closes and single calls have had their time. */
  readonly shutdown: AbortSignal;
  readonly onError: ErrorListener;
}
