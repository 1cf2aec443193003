import { SluiceError } from "../errors.js";
import type { PackageModel } from "./model.js";

/** The packages each package's declarations mention, itself not included. */
export function packageImports(model: PackageModel): Set<string> {
  const imports = new Set<string>();
  for (const { fields } of model.messages) {
    for (const { value } of fields) {
      if (value.kind === "message" || value.kind === "enum") imports.add(value.packageName);
    }
  }
  for (const { methods } of model.services) {
    for (const { request, response } of methods) {
      for (const { message } of [request, response]) {
        if ("packageName" in message) imports.add(message.packageName);
      }
    }
  }
  imports.delete(model.name);
  return imports;
}

/** Sorts packages so that each comes after those it imports; proto files may not form circles. */
export function orderPackages(packages: readonly PackageModel[]): PackageModel[] {
  const byName = new Map(packages.map((model) => [model.name, model]));
  const ordered = new Set<PackageModel>();
  const visit = (model: PackageModel, path: readonly string[]): void => {
    if (ordered.has(model)) return;
    if (path.includes(model.name)) {
      throw new SluiceError(
        "package_cycle",
        `Packages import each other in a circle: ${[...path, model.name].join(" → ")}. ` +
          "Move the messages they share to a package of its own: @message({ package: … }).",
      );
    }
    for (const name of packageImports(model)) visit(byName.get(name)!, [...path, model.name]);
    ordered.add(model);
  };
  for (const model of packages) visit(model, []);
  return [...ordered];
}
