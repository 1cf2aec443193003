/**
 * For tests of services: both ends of an app, and time that passes when told to. For tests of
 * storages: all that one promises.
 *
 * @module
 */
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
