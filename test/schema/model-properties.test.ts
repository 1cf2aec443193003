import {
  createRegistry,
  fromBinary,
  fromJsonString,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { MethodFacts } from "../../src/decorators/facts.js";
import { Converters } from "../../src/rpc/converters.js";
import { compileSchema, type Schema } from "../../src/schema/compile.js";
import { buildWithBuf, formatDiff, lint } from "../support/buf.js";
import { comparable, comparableComments } from "../support/compare-descriptors.js";
import { drawing } from "../support/draw.js";
import { drawServices, type ServicesPlan, servicePlans } from "./arbitrary-services.js";
import { drawValue } from "./arbitrary-values.js";

/** Models per call of buf, which takes a quarter of a second however little it gets. */
const batchSize = 100;
const runs = Number(process.env.FC_RUNS ?? 600);
const seed = process.env.FC_SEED === undefined ? undefined : Number(process.env.FC_SEED);
// Shrinking calls buf hundreds of times: worth it only for a person who waits for it.
const endOnFailure = process.env.FC_SHRINK === undefined;

/** Methods without a request, and enums with two names for a number, are their author's wish. */
const lintConfig = `version: v2
lint:
  use:
    - STANDARD
  except:
    - ENUM_NO_ALLOW_ALIAS
  rpc_allow_google_protobuf_empty_requests: true
  rpc_allow_google_protobuf_empty_responses: true
`;

function plansOf(size: number): fc.Arbitrary<ServicesPlan[]> {
  const roots = Array.from({ length: size }, (_, i) => `m${i}`);
  return (
    fc
      .tuple(...roots.map(servicePlans))
      // The text of the file at fault comes with the failure; a hundred classes help nobody.
      .map((plans) => Object.assign(plans, { [fc.toStringMethod]: () => `${size} models` }))
  );
}

test("what decorated classes are served as is what their .proto files say", {
  timeout: 120_000,
}, async () => {
  const property = fc.asyncProperty(plansOf(batchSize), async (plans) => {
    const schemas = plans.map(({ entries }) => compileSchema(entries));
    const texts = Object.fromEntries(
      schemas.flatMap((s) => s.protoFiles()).map(({ path, text }) => [path, text]),
    );
    const [built, diff, findings] = await Promise.all([
      buildWithBuf(texts),
      formatDiff(texts),
      lint(texts, lintConfig),
    ]);
    expect(diff).toBe("");
    expect(findings.map((f) => ({ ...f, text: texts[f.path]?.split("\n")[f.line - 1] }))).toEqual(
      [],
    );
    const byName = new Map(built.file.map((file) => [file.name, file]));
    for (const proto of schemas.flatMap((schema: Schema) => schema.protos)) {
      const fromText = byName.get(proto.name);
      if (fromText === undefined) throw new Error(`${proto.name} was not built`);
      expect(comparable(fromText), texts[proto.name]).toEqual(comparable(proto));
      expect(comparableComments(fromText), texts[proto.name]).toEqual(comparableComments(proto));
    }
  });
  await fc.assert(property, { numRuns: Math.ceil(runs / batchSize), seed, endOnFailure });
});

/** What `Any` may hold is known to whoever reads JSON. */
const registry = createRegistry(TimestampSchema);

test("values of decorated classes come through binary and JSON as they were", async () => {
  const cases = drawing((draw) => {
    const schema = compileSchema(drawServices(draw, "m").entries);
    const methods = schema.model.packages.flatMap((p) => p.services).flatMap((s) => s.methods);
    const payloads = methods.flatMap(({ facts, request, response }) => [
      { payload: request, type: facts.options.request },
      { payload: response, type: responseType(facts) },
    ]);
    const values = payloads.flatMap(({ payload, type }) =>
      type === undefined ? [] : [{ payload, ...drawValue(draw, type) }],
    );
    const text = schema.protoFiles().map((file) => file.text);
    return Object.assign({ schema, values }, { [fc.toStringMethod]: () => text.join("\n") });
  });
  const property = fc.property(cases, ({ schema, values }) => {
    const converters = new Converters(schema.registry);
    for (const { payload, given, expected } of values) {
      const converter = converters.payload(payload);
      const { desc } = converter;
      const message = converter.toMessage(given);
      const binary = fromBinary(desc, toBinary(desc, message));
      expect(converter.fromMessage(binary), "binary").toEqual(expected);
      const json = fromJsonString(desc, toJsonString(desc, message, { registry }), { registry });
      expect(converter.fromMessage(json), "JSON").toEqual(expected);
      if (payload.wraps === undefined && "type" in payload.message) {
        expect(converter.fromMessage(binary)).toBeInstanceOf(payload.message.type);
      }
    }
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure });
});

function responseType(facts: MethodFacts) {
  return facts.kind === "action" ? facts.options.response : facts.options.payload;
}
