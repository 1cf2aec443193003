import { expect, test } from "vitest";

/** What users may import: a name added or gone is a decision, and shows up here. */
const names = async (path: string) => Object.keys(await import(path)).sort();

test("sluice exports", async () => {
  expect(await names("sluice")).toMatchInlineSnapshot(`
    [
      "App",
      "Code",
      "ConnectError",
      "SluiceError",
      "action",
      "enumType",
      "errorCodes",
      "field",
      "invalidArgument",
      "map",
      "message",
      "repeated",
      "service",
      "stream",
    ]
  `);
});

test("sluice/client exports", async () => {
  expect(await names("sluice/client")).toMatchInlineSnapshot(`
    [
      "ErrorDetailSchema",
      "EventClient",
      "FieldViolationSchema",
      "sluiceError",
      "timestampFromDate",
      "timestampToDate",
    ]
  `);
});

test("sluice/testing exports", async () => {
  expect(await names("sluice/testing")).toMatchInlineSnapshot(`
    [
      "ManualClock",
      "createTestRig",
      "logContract",
      "logOnStorage",
      "logOverProtocol",
      "rigProtocols",
      "storageContract",
    ]
  `);
});

test("sluice/events exports", async () => {
  expect(await names("sluice/events")).toMatchInlineSnapshot(`
    [
      "EventLog",
      "EventService",
      "EventTypeCollection",
      "Subscription",
      "addSeconds",
      "checkEventType",
      "checkQueryType",
      "compactLog",
      "compareEventIds",
      "compareNaturally",
      "compareTimestamps",
      "compileConditions",
      "events",
      "formatEventId",
      "formatEventType",
      "isTimestamp",
      "lmdb",
      "matchesQueryType",
      "maxTimestamp",
      "memory",
      "minTimestamp",
      "parseEventId",
      "parseEventType",
      "parseQueryType",
      "sameEventId",
      "timestampFromBytes",
      "timestampFromDate",
      "timestampFromIso",
      "timestampFromSeconds",
      "timestampToBytes",
      "timestampToDate",
      "timestampToIso",
      "timestampToSeconds",
      "verifyLog",
    ]
  `);
});
