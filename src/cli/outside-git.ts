/**
 * The environment without what git hands its hooks, which would bind every git below to the hook's
 * repository and index: `sluice check` is run in pre-commit hooks, and buf makes clones.
 */
export function envOutsideGit(): NodeJS.ProcessEnv {
  const bound = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !bound.includes(name)));
}
