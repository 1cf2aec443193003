/**
 * What the built package has and does not export: how a record is decoded, and what is checked of a
 * request. The systems that Sluice is compared with do just that part of its work.
 */
const root = new URL("../", import.meta.resolve("sluice/events"));

function load<T>(module: string): Promise<T> {
  return import(new URL(module, root).href);
}

export const { decodeRecord } =
  await load<typeof import("../../src/log/record.js")>("log/record.js");
export const { decodeType } =
  await load<typeof import("../../src/log/type-entries.js")>("log/type-entries.js");
export const { readSessionKey, sessionKey, tables, tableCount } =
  await load<typeof import("../../src/log/tables.js")>("log/tables.js");
export const { AppendRequest, AppendResponse } = await load<
  typeof import("../../src/events/append-messages.js")
>("events/append-messages.js");
export const { newEventsOf, RequestCheck } =
  await load<typeof import("../../src/events/to-model.js")>("events/to-model.js");
export const { appendMessage } =
  await load<typeof import("../../src/events/to-messages.js")>("events/to-messages.js");
export const { prepareEvents } = await load<
  typeof import("../../src/log/append/prepared-event.js")
>("log/append/prepared-event.js");
export const { resolveLogOptions } =
  await load<typeof import("../../src/log/log-options.js")>("log/log-options.js");
export const { TypeTree } =
  await load<typeof import("../../src/log/model/type-tree.js")>("log/model/type-tree.js");
