import { ConnectError } from "@connectrpc/connect";
import { element } from "../../common/web/page";
import { duration, timeOfDay } from "./format";
import type { Connection } from "./reconnect";

const labels = { connecting: "Connecting", live: "Live", reconnecting: "Reconnecting" } as const;

/** The state of the connection, and what there is to say about it. */
export class ConnectionView {
  #samples = 0;

  show(connection: Connection): void {
    document.body.dataset.connection = connection.state;
    element("connection").textContent = labels[connection.state];
    if (connection.state === "reconnecting") {
      const { rawMessage } = ConnectError.from(connection.reason);
      this.#note(`${rawMessage} · attempt ${connection.attempt}`);
    }
  }

  /** Counts a sample, so that one sees how fast they come. */
  heard(atMs: number, intervalMs: number): void {
    this.#samples++;
    document.body.dataset.samples = String(this.#samples);
    this.#note(
      `${timeOfDay(atMs)} · every ${duration(intervalMs)} · ${this.#samples.toLocaleString()} samples`,
    );
  }

  #note(text: string): void {
    element("connection-note").textContent = text;
  }
}
