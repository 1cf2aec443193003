/** The process a load generator runs in. */
import { answer, usage } from "./child.js";
import type { Load, LoadModule, LoadSpec } from "./load.js";

let load: Load;

answer(undefined, {
  async prepare({ url, spec }: { url: string; spec: LoadSpec }) {
    const module = (await import(spec.module)) as LoadModule;
    load = module.createLoad(url, spec.options);
  },
  open: () => load.open(),
  run: (seconds: number) => load.run(seconds),
  close: () => load.close(),
  usage,
});
