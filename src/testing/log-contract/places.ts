import { App } from "../../app/app.js";
import { EventClient } from "../../client/events/event-client.js";
import { events } from "../../events/events-plugin.js";
import { EventLog } from "../../log/event-log.js";
import type { Storage } from "../../log/storage/storage.js";
import type { MakeStoragePlace } from "../storage-contract/contract.js";
import { createTestRig, type RigProtocol } from "../test-rig.js";
import { localLog, remoteLog } from "./callable.js";
import type { MakeLogPlace, OpenedLog, OpenLogOptions } from "./contract.js";
import { strictTransport } from "./strict-transport.js";

/** Event logs on a storage, called in the same process. */
export function logOnStorage(makePlace: MakeStoragePlace): MakeLogPlace {
  return async () => {
    const place = await makePlace();
    return {
      async open(options) {
        const log = await EventLog.open({ storage: place.storage(), ...options });
        return {
          log: localLog(log),
          host: log,
          [Symbol.asyncDispose]: () => log.close(),
        };
      },
      [Symbol.asyncDispose]: async () => place[Symbol.asyncDispose](),
    };
  };
}

/** Event logs on a storage, behind the RPCs of the event-store plugin, called over a protocol. */
export function logOverProtocol(makePlace: MakeStoragePlace, protocol: RigProtocol): MakeLogPlace {
  return async () => {
    const place = await makePlace();
    return {
      open: (options) => serve(place.storage(), options, protocol),
      [Symbol.asyncDispose]: async () => place[Symbol.asyncDispose](),
    };
  };
}

async function serve(
  storage: Storage,
  options: OpenLogOptions,
  protocol: RigProtocol,
): Promise<OpenedLog> {
  const store = events({ storage, announce: false, ...options });
  const reported: unknown[] = [];
  const app = new App({
    name: "contract",
    package: "contract.v1",
    onError: (error) => reported.push(error),
  }).use(store);
  const rig = await createTestRig({ app, protocol });
  return {
    log: remoteLog(new EventClient(strictTransport(rig.transport))),
    host: store.log,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      if (reported.length > 0) throw new AggregateError(reported, "Errors that no caller is told");
    },
  };
}
