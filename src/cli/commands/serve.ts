import { defineCommand } from "citty";
import { App } from "../../app/app.js";
import { events } from "../../events/events-plugin.js";
import { lmdb } from "../../log/storage/lmdb.js";
import { defaultPort, verboseArg, wholeNumber } from "../arguments.js";
import { reportFailure } from "../cli-error.js";
import { codedFailure } from "../coded-failure.js";
import { exitCodes } from "../exit-codes.js";
import { print, shortPath } from "../print.js";
import { barsOn } from "../progress-bars.js";
import { ProgressLine } from "../progress-line.js";
import { stopSignal } from "../stop-signal.js";

const graceMs = 10_000;

export default defineCommand({
  meta: { name: "serve", description: "Run an event server of its own, with no code to write" },
  args: {
    dir: { type: "string", description: "Where events are kept", default: "data" },
    port: { type: "string", description: "0 is any free one", default: defaultPort },
    host: { type: "string", description: "Address to listen on; default: this machine only" },
    server: { type: "string", description: "Number of this server in ids of events", default: "1" },
    ...verboseArg,
  },
  async run({ args }): Promise<number> {
    const port = wholeNumber("--port", args.port, 0, 65_535);
    const server = wholeNumber("--server", args.server, 0, 2 ** 32 - 1);
    const stopped = stopSignal();
    const onError = (error: unknown) => {
      reportFailure(error, { json: false, verbose: args.verbose === true });
    };
    const line = new ProgressLine();
    // A log that was not closed, or has other rules than before, is read before it begins.
    const onProgress = barsOn(line, ({ part }) => `opening the log: ${part}`);
    const store = events({ storage: lmdb(args.dir), server, onError, onProgress });
    const app = new App({ name: "events", package: "sluice.v1" }).use(store);
    const { url } = await serve(app, { port, host: args.host }).finally(() => line.clear());
    const { events: types, sizeBytes } = await describe(store);
    print(`events on ${url}`);
    print(`  ${types} in ${shortPath(args.dir)}, ${(sizeBytes / 2 ** 20).toFixed(1)} MiB`);
    await stopped;
    await app.close({ graceMs });
    return exitCodes.ok;
  },
});

async function serve(app: App, listen: { port: number; host: string | undefined }) {
  try {
    await app.finalize();
    return await app.listen(listen);
  } catch (cause) {
    await app.close({ graceMs: 0 });
    throw codedFailure(cause);
  }
}

async function describe(store: ReturnType<typeof events>) {
  const { types, sizeBytes } = await store.log.status();
  return { events: `${types} event ${types === 1 ? "type" : "types"}`, sizeBytes };
}
