import { defineConfig } from "vitest/config";

/** They count what is open in their process. */
const alone = "test/server/**/*.test.ts";

export default defineConfig({
  test: {
    typecheck: { enabled: false },
    projects: [
      {
        extends: true,
        test: {
          name: "shared",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["**/node_modules/**", "test/toolchains/**", alone],
          // A fifth of the time went into loading the same modules for each file again.
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: [alone] } },
    ],
    // Of a machine that does ten other things: what hangs is found all the same.
    testTimeout: 120_000,
  },
});
