/**
 * The connection by which the load directs the server: one JSON text per line, one command at a
 * time. It does not go through the bench's own process, which would wake a third process per turn.
 */
import { connect, createServer, type Socket } from "node:net";
import { listen } from "../server.js";

/** What the load may ask of a server. */
export interface Commands {
  /** Waits until exactly this many subscribe. */
  subscribed(count: number): Promise<void>;
  /** Starts over with the first message, and publishes that one or not. */
  first(publish: boolean): void;
  /** Publishes turn after turn, with at most `window` turns unconfirmed. */
  run(pace: Pace): void;
  /** Ends that. Returns the turns published. */
  stop(): number;
  /** Publishes without waiting for any confirmation. */
  flood(messages: number): Promise<void>;
  /** Collects garbage, if it was started with `--expose-gc`, and tells what remains. */
  memory(): Promise<Memory>;
}

export interface Pace {
  /** Messages published in one turn of the event loop. */
  readonly perTurn: number;
  readonly window: number;
}

export interface Memory {
  readonly rssBytes: number;
  /** Of objects and buffers that something refers to. */
  readonly liveBytes: number;
  /** What the server says it holds for subscribers that do not read, if it can tell. */
  readonly queuedBytes: number;
}

type Reply = { value?: unknown } | { error: string };

/** The load's end. */
export class Control {
  private waiting: { resolve(value: unknown): void; reject(error: Error): void } | undefined;
  private lost: Error | undefined;

  private constructor(private readonly socket: Socket) {
    eachLine(socket, (line) => {
      const reply = line as Reply;
      const { waiting } = this;
      this.waiting = undefined;
      if ("error" in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply.value);
    });
    socket.on("close", () => {
      this.lost = new Error("the server closed the control connection");
      this.waiting?.reject(this.lost);
    });
  }

  static async connect(target: URL): Promise<Control> {
    const port = Number(target.hash.slice(1));
    const socket = connect({ host: target.hostname, port, noDelay: true });
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    // "close" follows.
    socket.on("error", () => {});
    return new Control(socket);
  }

  async call<K extends keyof Commands>(
    command: K,
    ...[argument]: Parameters<Commands[K]>
  ): Promise<Awaited<ReturnType<Commands[K]>>> {
    if (this.lost) throw this.lost;
    this.socket.write(`${JSON.stringify({ command, argument })}\n`);
    const value = await new Promise<unknown>((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
    return value as Awaited<ReturnType<Commands[K]>>;
  }

  /** Every subscriber has everything up to and including this turn. Not answered. */
  confirm(turns: number): void {
    this.socket.write(`${turns}\n`);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** The server's end: returns the port that it listens at. */
export async function controlled(
  commands: Commands,
  confirmed: (turns: number) => void,
): Promise<string> {
  const table = commands as unknown as Record<string, (argument: unknown) => unknown>;
  const server = createServer({ noDelay: true }, (socket) => {
    const send = (reply: Reply) => socket.write(`${JSON.stringify(reply)}\n`);
    socket.on("error", () => {});
    eachLine(socket, async (line) => {
      if (typeof line === "number") {
        confirmed(line);
        return;
      }
      const { command, argument } = line as { command: string; argument: unknown };
      try {
        send({ value: await table[command]?.(argument) });
      } catch (error) {
        send({ error: error instanceof Error ? error.message : String(error) });
      }
    });
  });
  return new URL(await listen(server)).port;
}

function eachLine(socket: Socket, take: (value: unknown) => void): void {
  let rest = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(JSON.parse(line));
  });
}
