import type { BodyCollector } from "./body-collector.js";
import type { CallFormat } from "./formats.js";
import type { CallHead, HandBack, IncomingCall } from "./incoming-call.js";
import type { FastSettings } from "./settings.js";
import type { Wire } from "./wire.js";

/** A method in one format. */
export interface FastRoute {
  readonly format: CallFormat;
  readonly settings: FastSettings;
  /** Undefined for a call that is better left alone after all; nothing has been touched then. */
  begin(
    head: CallHead,
    wire: Wire,
    body: BodyCollector,
    handBack: HandBack,
  ): IncomingCall | undefined;
}

/** A method in all the formats that it is answered in. */
export interface FastMethod {
  readonly byFormat: ReadonlyMap<CallFormat, FastRoute>;
  readonly allowsGet: boolean;
}
