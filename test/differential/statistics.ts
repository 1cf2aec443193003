import type { Case } from "./case.js";
import type { RoundResult } from "./side.js";

/** Counts what the cases came to, so that it can be seen that they reach everything. */
export class Statistics {
  /** Cases that had no answer in time, on either side. */
  readonly stuck: Case[] = [];
  readonly #counts = new Map<string, Map<string, number>>();

  add(cases: readonly Case[], { cases: results, reported }: RoundResult): void {
    for (const request of cases) {
      const [protocol = "", , http = "", , style = ""] = request.about[0]?.split(" ") ?? [];
      const { wire, seen } = results[request.id] as unknown as Result;
      const { answer } = wire;
      const outcome = answer === "left" ? "left" : outcomeOf(answer);
      this.#count(`${protocol} ${http}`, outcome);
      this.#count("style", style);
      this.#count("configuration", request.configuration);
      this.#count("methods were called", seen.length > 0 ? "yes" : "no");
      if (JSON.stringify(wire).includes('"stuck"')) this.stuck.push(request);
      if (wire["follow-up"] !== undefined) this.#count("follow-up", outcomeOf(wire["follow-up"]));
    }
    for (const _ of reported) this.#count("onError was told", "times");
  }

  #count(group: string, what: string): void {
    const counts = this.#counts.get(group) ?? new Map<string, number>();
    this.#counts.set(group, counts);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }

  get lines(): string[] {
    return [...this.#counts].sort().map(([group, counts]) => {
      const list = [...counts].sort(([, a], [, b]) => b - a).map(([what, n]) => `${what} ${n}`);
      return `  ${group}: ${list.join(", ")}`;
    });
  }
}

interface NormalizedAnswer {
  readonly status: string;
  readonly end: string;
  readonly headers: readonly string[];
  readonly trailers: readonly string[];
}

interface Result {
  readonly wire: {
    readonly answer: "left" | NormalizedAnswer;
    readonly "follow-up"?: NormalizedAnswer;
  };
  readonly seen: readonly unknown[];
}

function outcomeOf({ status, end, headers, trailers }: NormalizedAnswer): string {
  if (end !== "complete") return end;
  const code = [...headers, ...trailers].find((line) => line.startsWith("grpc-status: "));
  return status.slice(0, 3) + (code === undefined ? "" : `/${code.slice(13)}`);
}
