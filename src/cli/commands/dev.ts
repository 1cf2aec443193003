import { defineCommand } from "citty";
import { defaultPort, fileArg, verboseArg, wholeNumber } from "../arguments.js";
import { supervise } from "../dev/supervise.js";
import { requireFile } from "../load-app.js";

export default defineCommand({
  meta: {
    name: "dev",
    description: "Run an app and write its .proto files, again whenever a file of it changes",
  },
  args: {
    file: fileArg,
    port: { type: "string", description: "0 is any free one", default: defaultPort },
    host: { type: "string", description: "Address to listen on; default: this machine only" },
    ...verboseArg,
  },
  async run({ args }): Promise<number> {
    requireFile(args.file);
    const port = wholeNumber("--port", args.port, 0, 65_535);
    return supervise({ file: args.file, port, host: args.host, verbose: args.verbose === true });
  },
});
