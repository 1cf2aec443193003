import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL("web", import.meta.url)),
  build: { target: "es2022", emptyOutDir: true },
  logLevel: "warn",
});
