import { expect } from "vitest";
import { type ErrorCode, SluiceError } from "../../src/errors.js";

/** What a coded error has to be: its code, and parts of its text. */
export interface Expected {
  readonly code: ErrorCode;
  readonly says: readonly string[];
}

/** The coded error that `run` throws or rejects with; fails if there is none. */
export async function raised(run: () => unknown): Promise<SluiceError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error("no error was raised");
}

/** Checks the code, and that the text says each of the parts. */
export async function expectRaised(run: () => unknown, { code, says }: Expected): Promise<void> {
  const error = await raised(run);
  expect(error.code, error.message).toBe(code);
  for (const part of says) expect(error.message).toContain(part);
}
