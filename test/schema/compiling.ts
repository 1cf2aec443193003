import { compileSchema, type Schema } from "../../src/schema/compile.js";

/** The schema of service instances; those whose class names no package are in `demo.v1`. */
export function compile(...services: readonly object[]): Schema {
  return compileSchema(services.map((instance) => ({ instance, packageName: "demo.v1" })));
}

/** The .proto text of one package, without the lines before its declarations. */
export function protoOf(schema: Schema, path = "demo/v1/demo.proto"): string {
  const file = schema.protoFiles().find((f) => f.path === path);
  if (file === undefined) throw new Error(`no ${path}`);
  return file.text.slice(file.text.indexOf("\npackage")).trim();
}
