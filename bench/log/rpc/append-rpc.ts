/** Appends over the wire, one event each; every answer must have an id that no other has. */
import type { Load, LoadSpec } from "../../lib/load.js";
import * as http1 from "../../lib/loads/http1.js";
import * as http2 from "../../lib/loads/http2.js";
import { AppendedSessions } from "./appended-sessions.js";
import { appendCall, appendRequest } from "./messages.js";
import { checkStored } from "./stored-check.js";

export interface AppendRpcOptions {
  readonly protocol: "h1" | "h2";
  /** The server stores what it is sent, so that it can be asked for it. */
  readonly isStored: boolean;
}

/** Distinct events; prime, so that it has no factor in common with the number of lanes. */
const distinct = 97;

export function appendRpc(options: AppendRpcOptions): LoadSpec {
  const stored = options.isStored ? ["number of events stored", "a sample read back"] : [];
  return { module: import.meta.url, options, checks: ["status", "new ids", ...stored] };
}

export function createLoad(url: string, { protocol, isStored }: AppendRpcOptions): Load {
  const sessions = new AppendedSessions();
  const options = {
    ...appendCall,
    // The answer is not known beforehand.
    exchanges: Array.from({ length: distinct }, (_, number) => ({
      request: appendRequest(number),
      response: Buffer.alloc(0),
    })),
  };
  const isRight = (_: Buffer, actual: Buffer) => {
    sessions.add(actual);
    return true;
  };
  const load =
    protocol === "h1"
      ? http1.createLoad(url, { ...options, connections: 64 }, isRight)
      : http2.createLoad(url, { ...options, connections: 4, streamsPerConnection: 16 }, isRight);
  return {
    async open() {
      sessions.reset();
      await load.open();
    },
    run: (seconds) => load.run(seconds),
    async close() {
      await load.close();
      const [first, last] = sessions.check();
      if (isStored) await checkStored(url, first, last);
    },
  };
}
