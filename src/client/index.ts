/**
 * For browsers and other callers: nothing here imports the server.
 *
 * @module
 */

export {
  type ErrorDetail,
  ErrorDetailSchema,
  type FieldViolation,
  FieldViolationSchema,
} from "../gen/sluice/errors/v1/errors_pb.js";
export { type SluiceErrorInfo, sluiceError } from "./sluice-error.js";
