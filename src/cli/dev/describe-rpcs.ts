import { create, type DescMethod, toJsonString } from "@bufbuild/protobuf";
import { columns } from "../print.js";
import { methodKinds, methodTypes, type Services } from "../services.js";

/** A line for each RPC: path, kind, types. */
export function rpcLines({ services }: Services): string[] {
  const methods = services.flatMap(({ methods }) => methods);
  return columns(
    methods.map((method) => [pathOf(method), methodKinds[method.methodKind], methodTypes(method)]),
    "",
  );
}

/** A command line that calls the first unary RPC. */
export function curlLine({ services }: Services, url: string): string | undefined {
  const methods = services.flatMap(({ methods }) => methods);
  const unary = methods.find(({ methodKind }) => methodKind === "unary");
  if (unary === undefined) return undefined;
  const body = emptyRequest(unary).replaceAll("'", "'\\''");
  return `curl -H 'content-type: application/json' -d '${body}' ${url}${pathOf(unary)}`;
}

function pathOf({ parent, name }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}

/** All fields with their zero values, to be filled in. */
function emptyRequest({ input }: DescMethod): string {
  try {
    return toJsonString(input, create(input), { alwaysEmitImplicit: true });
  } catch {
    // google.protobuf.Value has no JSON when it is empty.
    return "{}";
  }
}
