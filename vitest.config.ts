import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/toolchains/**"],
    typecheck: { enabled: false },
    testTimeout: 20_000,
  },
});
