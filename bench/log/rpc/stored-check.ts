/** Asks the server what it has, in JSON. */
import { checkCount, numberOf } from "../events.js";
import { service } from "./messages.js";

/** Events that are read back. */
const sample = 100;

interface EventJson {
  readonly id: { readonly session: string };
  readonly binary: { readonly data: string };
}

/** @throws Error unless the last session is this one, and events from the first on can be read. */
export async function checkStored(url: string, first: number, last: number): Promise<void> {
  const status = await ask<{ serverId: number; lastEventId: { session: string } }>(
    url,
    "GetStatus",
    {},
  );
  checkCount("last session", Number(status.lastEventId.session), last);
  const { serverId } = status;
  const { events } = await ask<{ events: EventJson[] }>(url, "QueryServer", {
    serverId,
    after: { server: serverId, session: `${first - 1}`, instance: 1 },
    pageSize: sample,
  });
  checkCount("events read back", events.length, Math.min(sample, last - first + 1));
  for (const [i, { id, binary }] of events.entries()) {
    checkCount("session", Number(id.session), first + i);
    numberOf(Buffer.from(binary.data, "base64"));
  }
}

async function ask<T>(url: string, method: string, request: object): Promise<T> {
  const response = await fetch(new URL(`${service}/${method}`, url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${method}: status ${response.status}, ${text}`);
  return JSON.parse(text);
}
