import { ConnectError } from "@connectrpc/connect";
import { element } from "../../common/web/page.ts";
import { duration, readings, timeOfDay } from "./format.ts";

type State = "connecting" | "live" | "reconnecting" | "stopped";

const labels: Readonly<Record<State, string>> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  stopped: "Stopped",
};
const maxEntries = 20;

/** The state of the connection, and what has become of it so far. */
export class ConnectionView {
  readonly #entries = element("connections");
  /** When it was lost; `undefined` while there is one, or none has been had. */
  #lostAtMs: number | undefined;
  /** Readings since there is one again; `undefined` if all that was missed has come. */
  #caughtUp: number | undefined;
  #entry: HTMLElement | undefined;

  /** @param again what is to be done when the visitor wants another try. */
  constructor(again: () => void) {
    element("again").addEventListener("click", again);
  }

  connecting(): void {
    this.#state("connecting", "");
  }

  /** Begins with what there was. */
  opened(count: number): void {
    this.#tell("good", `Began with the last ${readings(count)}.`);
  }

  heard(count: number, lastMs: number, total: number): void {
    if (this.#caughtUp !== undefined) this.#caughtUp += count;
    this.#note(`${timeOfDay(lastMs)} UTC · ${readings(total)}`);
  }

  live(): void {
    this.#state("live", undefined);
    if (this.#caughtUp === undefined) return;
    const afterMs = Date.now() - (this.#lostAtMs ?? Date.now());
    this.#tell(
      "good",
      `Resumed after ${duration(afterMs)}: ${readings(this.#caughtUp)} had come meanwhile.`,
    );
    this.#lostAtMs = undefined;
    this.#caughtUp = undefined;
  }

  lost(attempt: number, delayMs: number, error: unknown): void {
    const { rawMessage } = ConnectError.from(error);
    this.#state("reconnecting", `Attempt ${attempt} in ${duration(delayMs)}`);
    const sentence = `Lost: ${rawMessage.replace(/\.$/, "")}.`;
    this.#caughtUp = undefined;
    if (this.#lostAtMs === undefined) {
      this.#lostAtMs = Date.now();
      this.#entry = this.#tell("bad", sentence);
    } else if (this.#entry !== undefined) {
      // The same loss: one line for all of its attempts.
      textOf(this.#entry).textContent = `${sentence} ${attempt} attempts.`;
    }
  }

  resumed(): void {
    this.#caughtUp = 0;
  }

  /** What comes next does not follow on what came before. */
  restarted(): void {
    this.#lostAtMs = undefined;
    this.#tell("bad", "The server no longer knows the last reading shown here: began anew.");
  }

  /** It will not get better by itself. */
  stopped(error: unknown): void {
    const { rawMessage } = ConnectError.from(error);
    this.#lostAtMs = undefined;
    this.#caughtUp = undefined;
    this.#state("stopped", rawMessage);
    this.#tell("bad", `Stopped: ${rawMessage}`);
  }

  #state(state: State, note: string | undefined): void {
    document.body.dataset.connection = state;
    element("connection").textContent = labels[state];
    element("again").hidden = state !== "stopped";
    if (note !== undefined) this.#note(note);
  }

  #note(note: string): void {
    element("connection-note").textContent = note;
  }

  #tell(mood: "good" | "bad", sentence: string): HTMLElement {
    const entry = document.createElement("li");
    entry.dataset.mood = mood;
    const time = document.createElement("time");
    const now = new Date();
    time.dateTime = now.toISOString();
    time.textContent = timeOfDay(now.getTime());
    const words = document.createElement("span");
    words.textContent = sentence;
    entry.append(time, words);
    this.#entries.prepend(entry);
    while (this.#entries.children.length > maxEntries) this.#entries.lastElementChild?.remove();
    return entry;
  }
}

function textOf(entry: HTMLElement): Element {
  return entry.lastElementChild ?? entry;
}
