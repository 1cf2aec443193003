import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/toolchains/**"],
    typecheck: { enabled: false },
    // Files share a process: a fifth of the time went into loading the same modules again.
    isolate: false,
    // Of a machine that does ten other things: what hangs is found all the same.
    testTimeout: 120_000,
  },
});
