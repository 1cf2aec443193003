import type { Random } from "../prng.js";

export type Protocol = "connect" | "get" | "connect-stream" | "grpc" | "grpc-web";

/** Which method is asked over what. */
export interface Plan {
  readonly configuration: string;
  readonly http: "h1" | "h2";
  readonly protocol: Protocol;
  readonly codec: "json" | "binary";
  /** `Subject/Echo` */
  readonly rpc: string;
  /**
   * `clean`: nothing is wrong with it. `odd`: something may be, in any place. `leaving`: nothing is
   * wrong but that the client goes before its time.
   */
  readonly style: "clean" | "odd" | "leaving";
}

const unary = [
  [40, "Subject/Echo"],
  [10, "Subject/Peek"],
  [10, "Subject/Plain"],
  [6, "Subject/Later"],
  [4, "Subject/Nothing"],
  [5, "Subject/Words"],
  [14, "Guarded/Echo"],
  [5, "Guarded/Peek"],
  [4, "Guarded/Plain"],
] as const;

const streaming = [
  [5, "Subject/Repeat"],
  [3, "Subject/Collect"],
  [3, "Subject/Chat"],
  [4, "Subject/Ticks"],
  [3, "Guarded/Repeat"],
] as const;

const gettable = [
  [5, "Subject/Peek"],
  [2, "Subject/Words"],
  [2, "Guarded/Peek"],
] as const;

export function planOf(r: Random, configuration: string): Plan {
  const style = r.weighted([
    [46, "clean"],
    [48, "odd"],
    [6, "leaving"],
  ] as const);
  const protocol = r.weighted([
    [42, "connect"],
    [12, "get"],
    [6, "connect-stream"],
    [22, "grpc"],
    [18, "grpc-web"],
  ] as const);
  return {
    configuration,
    style,
    protocol,
    http: r.pick(["h1", "h2"]),
    codec: r.pick(["json", "binary"]),
    rpc: rpcOf(r, protocol, style === "odd"),
  };
}

function rpcOf(r: Random, protocol: Protocol, mayBeOdd: boolean): string {
  if (mayBeOdd && r.chance(6)) return r.weighted([...unary, ...streaming]);
  if (protocol === "get") return r.weighted(gettable);
  if (protocol === "connect") return r.weighted(unary);
  if (protocol === "connect-stream") return r.weighted(streaming);
  return r.chance(85) ? r.weighted(unary) : r.weighted(streaming);
}

/** Whether the method is sent any number of messages. */
export const isSentMany = (rpc: string): boolean => /Collect|Chat/.test(rpc);

/** Whether messages come in envelopes. */
export const isEnveloped = ({ protocol }: Plan): boolean =>
  protocol !== "connect" && protocol !== "get";

/** Whether the method does what `x-do` says. */
export const isObedient = (rpc: string): boolean => !/Plain|Later|Nothing|Words|Ticks/.test(rpc);
