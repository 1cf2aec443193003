import type { ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { MutableCounters } from "./counters.js";
import type { ServerLimits } from "./limits.js";
import { progressOf } from "./peer-progress.js";

/**
 * Ends HTTP/2 connections that nobody uses any more: the peer never acknowledges the settings (so
 * the header limit is not in force), leaves a PING unanswered, or opens no stream for a long time.
 *
 * It is always the socket that is destroyed, never the session: a session waits until its last
 * bytes are taken, which a dead peer never does.
 */
export function keepSession(
  session: ServerHttp2Session,
  socket: Socket,
  limits: ServerLimits,
  counters: MutableCounters,
): void {
  const settingsTimer = setTimeout(() => {
    counters.stalledConnections++;
    socket.destroy();
  }, limits.headersTimeoutMs).unref();
  session.once("localSettings", () => clearTimeout(settingsTimer));

  const stopIdle = closeWhenIdle(session, limits.keepAliveTimeoutMs, () => counters.idleSessions++);
  const stopPings = destroyWhenDead(session, socket, limits, () => counters.deadConnections++);

  socket.once("close", () => {
    clearTimeout(settingsTimer);
    stopIdle();
    stopPings();
  });
}

function closeWhenIdle(session: ServerHttp2Session, afterMs: number, count: () => void) {
  let openStreams = 0;
  let stopped = false;
  const timer = setTimeout(() => {
    if (openStreams > 0 || session.closed || session.destroyed) return;
    count();
    session.close();
  }, afterMs).unref();

  function closed(): void {
    openStreams--;
    // Restarts the timer also after it fired; it must not come back to life once stopped.
    if (openStreams === 0 && !stopped) timer.refresh();
  }

  session.on("stream", (stream: ServerHttp2Stream) => {
    openStreams++;
    stream.on("close", closed);
  });
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function destroyWhenDead(
  session: ServerHttp2Session,
  socket: Socket,
  { pingIntervalMs, pingTimeoutMs }: ServerLimits,
  count: () => void,
) {
  let deadline: NodeJS.Timeout | undefined;

  const interval = setInterval(() => {
    // The session ended, but its peer neither takes the last bytes nor closes.
    if (session.destroyed) socket.destroy();
    else if (!session.closed && deadline === undefined) ping();
  }, pingIntervalMs).unref();

  function ping(): void {
    expectProgress();
    session.ping(answered);
  }

  // On a slow line the PING waits behind megabytes of answers: whoever takes those is alive.
  function expectProgress(): void {
    const before = progressOf(socket);
    // If this process itself was stuck for so long, the answer is here but unread: read first.
    deadline = setTimeout(() => setImmediate(judge, before), pingTimeoutMs).unref();
  }

  function judge(before: string): void {
    if (deadline === undefined || socket.destroyed) return;
    if (progressOf(socket) !== before) {
      expectProgress();
    } else {
      count();
      socket.destroy();
    }
  }

  function answered(): void {
    clearTimeout(deadline);
    deadline = undefined;
  }

  return () => {
    clearInterval(interval);
    clearTimeout(deadline);
  };
}
