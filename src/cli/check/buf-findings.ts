import { existsSync } from "node:fs";
import { join } from "node:path";
import { foldersAbove } from "../folders-above.js";
import { runBuf } from "../run-buf.js";

/** Something buf found in a .proto file. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The rule, such as `FIELD_NO_DELETE`; `COMPILE` for a file that does not compile. */
  readonly rule: string;
  readonly message: string;
}

/**
 * For those who have no buf.yaml: the STANDARD rules, but for those which ask for a request and a
 * response message of its own for every RPC. Classes are shared between methods as a matter of course.
 */
const defaultConfig = JSON.stringify({
  version: "v2",
  lint: {
    use: ["STANDARD"],
    except: [
      "RPC_REQUEST_RESPONSE_UNIQUE",
      "RPC_REQUEST_STANDARD_NAME",
      "RPC_RESPONSE_STANDARD_NAME",
    ],
  },
});

/** `buf lint`, with the rules of the user's buf.yaml. */
export async function lint(dir: string): Promise<Finding[]> {
  if (hasConfig(dir)) return findings(["lint", dir]);
  // A configuration given in the command line is about the working directory.
  const found = await findings(["lint", "--config", defaultConfig], dir);
  return found.map((finding) => ({ ...finding, path: join(dir, finding.path) }));
}

/** `buf breaking` against another buf input. */
export function breaking(dir: string, against: string): Promise<Finding[]> {
  return findings(["breaking", dir, "--against", against]);
}

async function findings(args: readonly string[], cwd?: string): Promise<Finding[]> {
  const { stdout } = await runBuf([...args, "--error-format", "json"], cwd);
  const lines = stdout.toString().split("\n").filter(Boolean);
  return lines.map((line) => {
    const { path, start_line = 0, start_column = 0, type, message } = JSON.parse(line);
    return { path, line: start_line, column: start_column, rule: type, message };
  });
}

/** buf looks for it in the folder and then in those above. */
function hasConfig(dir: string): boolean {
  return foldersAbove(dir).some((folder) => existsSync(join(folder, "buf.yaml")));
}
