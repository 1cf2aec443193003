import { defineConfig } from "vitest/config";

/** They count what is open in their process. */
const alone = ["test/server/**/*.test.ts"];

/** Compilers, printers, pages and benches do the same on every Node. */
const onAnyNode = [
  "test/{bench,differential,docs,e2e,package,schema,soak,types}/**/*.test.ts",
  "test/decorators/toolchains.test.ts",
];

// In one process: else a fifth of the time goes into loading the same modules for each file again.
const shared = { isolate: false, exclude: ["**/node_modules/**", "test/toolchains/**"] };

export default defineConfig({
  test: {
    typecheck: { enabled: false },
    projects: [
      { extends: true, test: { name: "alone", include: alone } },
      { extends: true, test: { ...shared, name: "once", include: onAnyNode } },
      {
        extends: true,
        test: {
          ...shared,
          name: "shared",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [...shared.exclude, ...alone, ...onAnyNode],
        },
      },
    ],
    // Of a machine that does ten other things: what hangs is found all the same.
    testTimeout: 120_000,
  },
});
