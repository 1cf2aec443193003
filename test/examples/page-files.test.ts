import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { pageFiles } from "../../examples/common/page-files.js";

let example: string;

beforeEach(async () => {
  example = await mkdtemp(join(tmpdir(), "page-files-"));
});
afterEach(() => rm(example, { recursive: true }));

const files = () => pageFiles(pathToFileURL(join(example, "main.ts")).href);

it("does not keep a server from starting whose page is not built", async () => {
  expect(files()).toBeUndefined();
  await mkdir(join(example, "web/dist"), { recursive: true });
  expect(files()).toBeTypeOf("function");
});
