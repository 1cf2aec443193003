import {
  Code,
  ConnectError,
  createConnectRouter,
  createRouterTransport,
  type Transport,
} from "@connectrpc/connect";
import { compressionBrotli, compressionGzip } from "@connectrpc/connect-node";
import { SluiceError } from "../errors.js";
import { type Bindings, bindSchema } from "../rpc/bind.js";
import { type FetchHandlerFn, fetchHandler } from "../rpc/fetch-handler.js";
import { fastMethods, type RpcOptions, routerOptions, routes } from "../rpc/router.js";
import { type RpcHandler, type RpcHandlers, rpcHandlers } from "../rpc/rpc-handler.js";
import { corsHandler, corsHeaders } from "../rpc/server/cors.js";
import { compileCors } from "../rpc/server/cors-policy.js";
import { type RunningServer, startServer } from "../rpc/server/server.js";
import { ShutdownSignal } from "../rpc/shutdown-signal.js";
import type { StreamStats } from "../rpc/stream-topics.js";
import { type ServiceClass, type ServiceClient, typedClient } from "../rpc/typed-client.js";
import { compileSchema, type Schema } from "../schema/compile.js";
import type { ServiceEntry } from "../schema/resolve.js";
import { type AppOptions, type ResolvedAppOptions, resolveAppOptions } from "./app-options.js";
import { type EmittedFile, writeFiles } from "./emit.js";
import { type FastifyPlugin, fastifyPlugin } from "./fastify-plugin.js";
import type { ListenOptions } from "./listen-options.js";
import { type Plugin, StartedPlugins } from "./plugin.js";

type State = "building" | "finalizing" | "ready" | "closed";

/**
 * Decorated service classes, put together and served.
 *
 * ```
 * new App() ─ use() ─ finalize() ────────────────────────── listen() ─ … ─ close()
 *                     scan, compile, bind, start plugins,                  end streams, drain calls,
 *                     write .proto files                                   stop plugins
 * ```
 */
export class App {
  readonly #options: ResolvedAppOptions;
  readonly #plugins: Plugin[] = [];
  readonly #started = new StartedPlugins();
  readonly #servers = new Set<RunningServer>();
  readonly #streamShutdown = new ShutdownSignal();
  readonly #callShutdown = new ShutdownSignal();
  #state: State = "building";
  #schema: Schema | undefined;
  #bindings: Bindings | undefined;
  #closed: Promise<void> | undefined;

  /** @throws SluiceError `app_options_invalid`, naming every option that is wrong. */
  constructor(options: AppOptions) {
    this.#options = resolveAppOptions(options);
  }

  get name(): string {
    return this.#options.name;
  }

  /** Where .proto files go, and whether `finalize()` writes them. */
  get proto(): { readonly emit: boolean; readonly dir: string } {
    return this.#options.proto;
  }

  /** Whether the app has been finalized and not yet closed. */
  get ready(): boolean {
    return this.#state === "ready";
  }

  /** Adds a plugin. Only before `finalize()`. */
  use(plugin: Plugin): this {
    if (this.#state !== "building") {
      throw new SluiceError(
        "app_already_finalized",
        `Plugin "${plugin.name}" was added after finalize(). Call app.use() before it.`,
      );
    }
    if (this.#plugins.some(({ name }) => name === plugin.name)) {
      throw new SluiceError(
        "plugin_duplicate",
        `There is a plugin "${plugin.name}" already. Give each its own name.`,
      );
    }
    this.#plugins.push(plugin);
    return this;
  }

  /**
   * The plugin that a function has made, for what runs in the same process:
   * `app.get(events).log.append(…)`.
   *
   * @throws SluiceError `plugin_missing`
   */
  get<P extends Plugin>(factory: (...args: never[]) => P): P {
    const plugin = this.#plugins.find((each) => each.factory === factory);
    if (plugin === undefined) {
      throw new SluiceError(
        "plugin_missing",
        `The app has no plugin made by ${factory.name || "this function"}(). Add it with app.use().`,
      );
    }
    return plugin as P;
  }

  /** The schema of all services. Before `finalize()` it is compiled for the caller alone. */
  schema(): Schema {
    return this.#schema ?? compileSchema(this.#serviceEntries());
  }

  /**
   * Scans the classes, compiles their descriptors, connects methods and streams, starts the
   * plugins and writes the .proto files. When any of it fails, all of it is undone.
   */
  async finalize(): Promise<this> {
    if (this.#state !== "building") {
      throw new SluiceError(
        "app_already_finalized",
        this.#state === "closed"
          ? "The app is closed or failed to finalize. Make a new one."
          : "finalize() was called twice. Call it once, after the last app.use().",
      );
    }
    this.#state = "finalizing";
    try {
      this.#schema = compileSchema(this.#serviceEntries());
      this.#bindings = bindSchema(this.#schema, this.#options.onError);
      await this.#started.start(this.#plugins, this);
      if (this.#options.proto.emit) await this.emit();
    } catch (error) {
      this.#state = "closed";
      this.#disconnectStreams();
      const failures = await this.#started.stop();
      if (failures.length === 0) throw error;
      throw new AggregateError(
        [error, ...failures],
        "finalize() failed, and plugins to stop after it",
      );
    }
    this.#state = "ready";
    return this;
  }

  /** Writes the .proto files that differ from those in `dir`. */
  emit(dir: string = this.#options.proto.dir): Promise<EmittedFile[]> {
    return writeFiles(dir, this.schema().protoFiles());
  }

  /** Serves HTTP/1.1 and HTTP/2 on one port: Connect, gRPC and gRPC-Web. */
  async listen({ cors, fallback, ...options }: ListenOptions = {}): Promise<RunningServer> {
    const handlers = this.#rpcHandlers("listen()");
    const policy = compileCors(cors);
    const server = await startServer({
      ...options,
      port: options.port ?? 8080,
      bareStreams: (stream, headers, rawHeaders) =>
        handlers.stream(stream, headers, rawHeaders, corsHeaders(policy, headers)),
      handler: corsHandler(policy, (request, response) =>
        handlers.request(
          request,
          response,
          fallback && (() => fallback(request as never, response as never)),
        ),
      ),
    });
    if (this.#state !== "ready") {
      await server.close({ graceMs: 0 });
      throw this.#notReady("listen()");
    }
    this.#servers.add(server);
    return server;
  }

  /** The RPCs as a handler for `node:http`, `node:http2`, Express and the like. */
  nodeHandler(): RpcHandler {
    return this.#rpcHandlers("nodeHandler()").request;
  }

  /** The RPCs as a fetch handler. Connect and gRPC-Web; fetch has no trailers for gRPC. */
  fetchHandler(): FetchHandlerFn {
    return fetchHandler(this.#router("fetchHandler()"));
  }

  /** The RPCs as a Fastify plugin: `await fastify.register(app.fastifyPlugin())`. */
  fastifyPlugin(): FastifyPlugin {
    const paths = this.#router("fastifyPlugin()").handlers.map(({ requestPath }) => requestPath);
    return fastifyPlugin(paths, this.nodeHandler());
  }

  /** A Connect transport to this app without a network between. */
  transport(): Transport {
    // Whatever is served over the network, in process it is Connect.
    const { routes: addRoutes, options } = this.#routes("transport()", { connect: true });
    return createRouterTransport(addRoutes, { router: options });
  }

  /** A typed client of one of this app's services, without a network and without generated code. */
  client<S extends object>(
    service: ServiceClass<S>,
    transport = this.transport(),
  ): ServiceClient<S> {
    return typedClient(service, this.#requireBindings("client()").methods, transport);
  }

  /** Counters of every stream, by `Class.method`. */
  streamStats(): Readonly<Record<string, StreamStats>> {
    const streams = this.#requireBindings("streamStats()").streams;
    return Object.fromEntries(streams.map((stream) => [stream.where, stream.stats()]));
  }

  /**
   * Stops accepting, ends streams with `unavailable`, gives single calls `graceMs` (default
   * 10,000) to finish, then stops the plugins in reverse order. Further calls wait for the first.
   *
   * @throws AggregateError of what plugins threw when stopping; everything is closed all the same.
   */
  close({ graceMs = 10_000 }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(graceMs: number): Promise<void> {
    this.#state = "closed";
    const reason = new ConnectError("the server is shutting down", Code.Unavailable);
    this.#streamShutdown.abort(reason);
    const deadline = setTimeout(() => this.#callShutdown.abort(reason), graceMs);
    // Calls ended by the deadline still get their answer written before connections are cut.
    const lastWordsMs = 500;
    await Promise.all([
      // Of callers without a server of ours: in process, by fetch, below somebody else's server.
      this.#callShutdown.whenIdle(),
      ...[...this.#servers].map((server) => server.close({ graceMs: graceMs + lastWordsMs })),
    ]);
    clearTimeout(deadline);
    this.#callShutdown.abort(reason);
    this.#disconnectStreams();
    const failures = await this.#started.stop();
    if (failures.length > 0) throw new AggregateError(failures, "plugins failed to stop");
  }

  #serviceEntries(): ServiceEntry[] {
    const packageName = this.#options.package;
    const own = (this.#options.services ?? []).map((instance) => ({ instance, packageName }));
    const plugins = this.#plugins.flatMap((plugin) =>
      (plugin.services ?? []).map((instance) => ({
        instance,
        packageName: plugin.package ?? packageName,
      })),
    );
    return [...own, ...plugins];
  }

  #routes(what: string, overrides: RpcOptions = {}) {
    const { methods } = this.#requireBindings(what);
    const rpcOptions = { ...this.#options, ...overrides };
    const shutdown = { streams: this.#streamShutdown.signal, calls: this.#callShutdown.signal };
    const options = routerOptions({
      acceptCompression: [compressionGzip, compressionBrotli],
      ...rpcOptions,
      // JSON spells out google.protobuf.Any only for types that can be looked up.
      jsonOptions: { registry: this.schema().registry.types, ...rpcOptions.jsonOptions },
    });
    const addRoutes = routes(methods, shutdown, rpcOptions, this.#options.onError);
    return { options, methods, shutdown, routes: addRoutes };
  }

  #router(what: string) {
    const { options, routes: addRoutes } = this.#routes(what);
    const router = createConnectRouter(options);
    addRoutes(router);
    return router;
  }

  #rpcHandlers(what: string): RpcHandlers {
    const { options, methods, shutdown, routes: addRoutes } = this.#routes(what);
    const router = createConnectRouter(options);
    addRoutes(router);
    const { fastPath = true, onError } = this.#options;
    const fast = fastPath ? fastMethods(methods, shutdown, options, onError) : new Map();
    return rpcHandlers(router, fast, this.#options, onError);
  }

  #requireBindings(what: string): Bindings {
    if (this.#state !== "ready" || this.#bindings === undefined) throw this.#notReady(what);
    return this.#bindings;
  }

  #notReady(what: string): SluiceError {
    return this.#state === "closed"
      ? new SluiceError("app_closed", `${what} was called on a closed app. Make a new one.`)
      : new SluiceError(
          "app_not_finalized",
          `${what} was called before the app was ready. Write \`await app.finalize()\` first.`,
        );
  }

  #disconnectStreams(): void {
    for (const stream of this.#bindings?.streams ?? []) stream.close();
  }
}
