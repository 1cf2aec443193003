import { describe, test } from "vitest";
import { logContract } from "../../src/testing/log-contract/log-contract.js";
import { logOverProtocol } from "../../src/testing/log-contract/places.js";
import { rigProtocols } from "../../src/testing/test-rig.js";
import { memoryPlace } from "../log/storage/places.js";

describe.each(rigProtocols)("the service over %s", (protocol) => {
  test.each(logContract)("$name", ({ run }) => run(logOverProtocol(memoryPlace, protocol)));
});
