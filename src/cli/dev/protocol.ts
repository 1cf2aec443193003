/** What the two processes of `sluice dev` say to each other. */

/** Given to the process that runs the app. */
export interface RunOptions {
  readonly file: string;
  readonly port: number;
  readonly host: string | undefined;
  readonly verbose: boolean;
}

/** From the process that runs the app. */
export type RunMessage =
  /** A file was imported; `stamp` is its state before that. */
  | { readonly type: "import"; readonly path: string; readonly stamp: string }
  | ReadyMessage
  /** The app cannot be served, whatever becomes of its files; the reason has been printed. */
  | { readonly type: "unusable" };

/** The app answers calls. */
export interface ReadyMessage {
  readonly type: "ready";
  readonly app: string;
  readonly url: string;
  /** To be used again by the next run, so that one chosen by the system stays the same. */
  readonly port: number;
  /** Whether the file listens by itself, at a port of its own choice. */
  readonly listensItself: boolean;
  /** The .proto files written, as short paths. */
  readonly written: readonly string[];
  /** One line for each RPC. */
  readonly rpcs: readonly string[];
  /** A command that calls the first unary RPC. */
  readonly example: string | undefined;
}

/** To the process that runs the app: close it gracefully, then exit. */
export const closeMessage = "close";

/** How long calls in flight may take when the app is closed for a restart or for good. */
export const graceMs = 2_000;
