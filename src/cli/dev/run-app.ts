/**
 * The process of `sluice dev` that runs the app. It reports what it imports, serves the app and
 * exits when it is told to, or when its parent is gone.
 */
import { createRequire } from "node:module";
import type { Server } from "node:net";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { App } from "../../app/app.js";
import { compareFiles } from "../../app/emit.js";
import { CliError, reportFailure } from "../cli-error.js";
import { exitCodes } from "../exit-codes.js";
import { onListen } from "../listening.js";
import { importApp } from "../load-app.js";
import { shortPath } from "../print.js";
import { servicesOfApp } from "../services.js";
import { staleFiles } from "../stale-files.js";
import { curlLine, rpcLines } from "./describe-rpcs.js";
import { closeMessage, graceMs, type RunMessage, type RunOptions } from "./protocol.js";
import { addressOf, comesTrue } from "./self-serving.js";
import { stampOf } from "./stamp.js";

const options: RunOptions = JSON.parse(process.argv[2]!);
// What a module sees when Node itself runs it.
process.argv.splice(1, process.argv.length, resolve(options.file));

/** The folder of Sluice's own code, which is no part of the app even where it is linked. */
const ownCode = fileURLToPath(new URL("../..", import.meta.url));

/** Those the module has started by itself. */
const ownServers: Server[] = [];
let app: App | undefined;
let closing = false;

process.on("message", (message) => {
  if (message === closeMessage) void close();
});
process.on("disconnect", close);
process.on("SIGTERM", close);
// Ctrl-C goes to both processes; the parent decides.
process.on("SIGINT", () => {});
onListen((server) => ownServers.push(server), { allow: true });

try {
  app = await importApp(options.file, reportImport);
  // Modules of CommonJS packages are loaded without the loader being asked.
  Object.keys(createRequire(import.meta.url).cache).forEach(reportImport);
  const written = await finalize(app);
  const listensItself = ownServers.length > 0;
  const { url, port } = listensItself ? await addressOf(ownServers[0]!) : await listen(app);
  const services = servicesOfApp(app);
  send({
    type: "ready",
    app: app.name,
    url,
    port,
    listensItself,
    written,
    rpcs: rpcLines(services),
    example: curlLine(services, url),
  });
} catch (error) {
  // What fails because the app is being closed is no news.
  if (!closing) {
    reportFailure(error, { json: false, verbose: options.verbose });
    process.exit(exitCodes.findings);
  }
}

function reportImport(path: string): void {
  if (path.includes("/node_modules/") || path.startsWith(ownCode)) return;
  send({ type: "import", path, stamp: stampOf(path) });
}

/** Finalizes the app unless its module does; returns the .proto files that were written. */
async function finalize(app: App): Promise<string[]> {
  if (app.ready) return [];
  const { emit, dir } = app.proto;
  const stale = emit ? staleFiles(await compareFiles(dir, app.schema().protoFiles())) : [];
  try {
    await app.finalize();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "app_already_finalized") throw error;
    if (!(await comesTrue(() => app.ready, 10_000))) throw error;
    // A module that finalizes in its own time very likely goes on to listen.
    await comesTrue(() => ownServers.length > 0, 1_000);
  }
  return stale.map(({ path }) => shortPath(join(dir, path)));
}

async function listen(app: App): Promise<{ url: string; port: number }> {
  const { port, host, file } = options;
  try {
    return await app.listen({ port, host });
  } catch (cause) {
    if (closing) throw cause;
    const next = `Choose another one: sluice dev ${file} --port ${port === 8080 ? 8081 : 8080}`;
    const error = new CliError((cause as Error).message, next, { cause });
    reportFailure(error, { json: false, verbose: options.verbose });
    send({ type: "unusable" });
    process.exit(exitCodes.unusable);
  }
}

async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  try {
    await app?.close({ graceMs });
  } catch (error) {
    reportFailure(error, { json: false, verbose: options.verbose });
  }
  // Timers of the app may still run.
  process.exit(exitCodes.ok);
}

function send(message: RunMessage): void {
  // The parent may be gone; then this process is about to end too.
  if (process.connected) process.send!(message, () => {});
}
