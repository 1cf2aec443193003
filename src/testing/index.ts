/**
 * For tests of services: both ends of an app, and time that passes when told to.
 *
 * @module
 */
export { ManualClock } from "./manual-clock.js";
export {
  createTestRig,
  type RigProtocol,
  rigProtocols,
  type TestRig,
  type TestRigOptions,
} from "./test-rig.js";
