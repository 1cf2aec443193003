/** The protocols a call can be made with. */
export const callProtocols = ["connect", "grpc", "grpc-web"] as const;

/** One of {@link callProtocols}. */
export type CallProtocol = (typeof callProtocols)[number];
