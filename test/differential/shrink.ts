import type { Case } from "./case.js";

/** The smallest case that still fails, found by leaving out one thing after the other. */
export async function shrink(
  failing: Case,
  fails: (candidate: Case) => Promise<boolean>,
): Promise<Case> {
  let smallest = failing;
  for (let attempts = 0; attempts < 60; ) {
    let isSmaller = false;
    for (const candidate of simpler(smallest)) {
      if (++attempts > 60) break;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
    if (!isSmaller) break;
  }
  return smallest;
}

function* simpler(from: Case): Generator<Case> {
  if (from.followUp !== undefined) yield { ...from, followUp: undefined };
  if (from.slowly) yield { ...from, slowly: false };
  if (from.endApart) yield { ...from, endApart: false };
  if (from.waitForContinue) yield { ...from, waitForContinue: false };
  if (from.trailers?.length) yield { ...from, trailers: [] };
  if (from.body.length > 1) yield { ...from, body: [from.body.join("")] };
  for (const [at, [name, value]] of from.headers.entries()) {
    if (/^(x-case|x-leaves|content-length|transfer-encoding)$/.test(name)) continue;
    yield { ...from, headers: from.headers.filter((_, other) => other !== at) };
    if (name !== "x-do" || !value.includes(",")) continue;
    for (const step of value.split(", ")) {
      yield { ...from, headers: from.headers.with(at, [name, step]) };
    }
  }
}
