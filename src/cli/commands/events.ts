import { defineCommand } from "citty";

export default defineCommand({
  meta: { name: "events", description: "Append, query and follow events; verify and compact logs" },
  subCommands: {
    append: () => import("./events/append.js").then((module) => module.default),
    query: () => import("./events/query.js").then((module) => module.default),
    tail: () => import("./events/tail.js").then((module) => module.default),
    compact: () => import("./events/compact.js").then((module) => module.default),
    verify: () => import("./events/verify.js").then((module) => module.default),
  },
});
