import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { compiled } from "../support/compiled.js";
import { temporaryDirectory } from "./storage/places.js";

/** `TYPES`: how many there are; the gate has a million. */
const types = Number(process.env.TYPES ?? 50_000);

const mib = 2 ** 20;

test(`a log of ${types} types finds each, and takes little memory for it`, async () => {
  await using directory = await temporaryDirectory();
  await using program = await compiled(join(import.meta.dirname, "many-types-main.ts"));
  const args = ["--expose-gc", program.path, directory.path, `${types}`];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { bytes, bytesAgain, rss, ...rest } = JSON.parse(stdout);
  // Each type in its tree, and what followers are kept in memory for.
  expect(bytes).toBeLessThan(40 * mib + 250 * types);
  expect(bytesAgain).toBeLessThan(10 * mib + 200 * types);
  // That, what is on its way to disk, and the pages of LMDB's file that the system keeps.
  expect(rss).toBeLessThan(400 * mib + 1_000 * types);
  const session = types / 1_000 + 1;
  expect(rest).toEqual({ wrong: [], wrongAgain: [], oneMore: "event_types_exceeded", session });
}, 300_000);
