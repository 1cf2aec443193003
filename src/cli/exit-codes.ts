/** What the exit code of every command says. Part of the public contract: scripts and CI rely on it. */
export const exitCodes = {
  /** Done, nothing to complain about. */
  ok: 0,
  /** The command did its work and found something: stale files, lint, breaking changes, a failed RPC. */
  findings: 1,
  /** It could not do its work: a wrong command line, a file that does not load, a missing tool. */
  unusable: 2,
} as const;

/** The same for `--help`. */
export const exitCodesHelp = [
  "0  done, or stopped by Ctrl-C or SIGTERM and closed cleanly",
  "1  findings: stale files, lint, breaking changes, a damaged log, an RPC that failed",
  "2  wrong usage or environment: options, a file that does not load, a missing tool",
];
