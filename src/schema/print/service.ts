import {
  type MethodDescriptorProto,
  MethodDescriptorProtoSchema,
  MethodOptionsSchema,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
  ServiceOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { type Path, type PrintContext, qualify } from "./context.js";
import { identifier } from "./literals.js";
import { listOptions, printOptions } from "./options.js";

const { field: serviceField } = ServiceDescriptorProtoSchema;
const { field: methodField } = MethodDescriptorProtoSchema;

/** Prints a service of the package `scope`. */
export function printService(
  context: PrintContext,
  service: ServiceDescriptorProto,
  path: Path,
  scope: string,
): void {
  const { out, comments } = context;
  const name = qualify(scope, service.name);
  const element = `service ${name}`;
  out.block(`service ${identifier(service.name, element)}`, comments.take(path), () => {
    const options = listOptions(ServiceOptionsSchema, service.options, element);
    printOptions(context, options, [...path, serviceField.options.number]);
    service.method.forEach((method, i) => {
      printMethod(context, method, [...path, serviceField.method.number, i], name);
    });
  });
}

function printMethod(
  context: PrintContext,
  method: MethodDescriptorProto,
  path: Path,
  scope: string,
): void {
  const { out, comments, types } = context;
  const element = `method ${qualify(scope, method.name)}`;
  const payload = (typeName: string, isStream: boolean) => {
    const type = types.shorten(typeName, scope, "method", element);
    return isStream ? `(stream ${type})` : `(${type})`;
  };
  const input = payload(method.inputType, method.clientStreaming);
  const output = payload(method.outputType, method.serverStreaming);
  const head = `rpc ${identifier(method.name, element)}${input} returns ${output}`;
  // Options that are there but empty are what compilers make of `{}`.
  if (method.options === undefined) {
    out.statement(`${head};`, comments.take(path));
    return;
  }
  const options = listOptions(MethodOptionsSchema, method.options, element);
  out.block(head, comments.take(path), () => {
    printOptions(context, options, [...path, methodField.options.number]);
  });
}
