/**
 * For tests of services: both ends of an app, and time that passes when told to. For tests of
 * storages and event logs: all that one promises.
 *
 * @module
 */
export type {
  CallableLog,
  LogContractCase,
  LogPlace,
  MakeLogPlace,
  OpenedLog,
  OpenLogOptions,
} from "./log-contract/contract.js";
export { logContract } from "./log-contract/log-contract.js";
export { logOnStorage, logOverProtocol } from "./log-contract/places.js";
export { ManualClock } from "./manual-clock.js";
export type {
  MakeStoragePlace,
  StorageContractCase,
  StoragePlace,
} from "./storage-contract/contract.js";
export { storageContract } from "./storage-contract/storage-contract.js";
export {
  createTestRig,
  type RigProtocol,
  rigProtocols,
  type TestRig,
  type TestRigOptions,
} from "./test-rig.js";
