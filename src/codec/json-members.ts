const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/** How many members all objects of a JSON text have, equal names counted as often as they stand. */
export function countMembers(json: string): number {
  let count = 0;
  for (let start = json.indexOf('"'); start >= 0; ) {
    let end = json.indexOf('"', start + 1);
    while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
    let next = end + 1;
    while (isSpace(json.charCodeAt(next))) next++;
    if (json.charCodeAt(next) === colon) count++;
    // What follows a name is often a string itself.
    start = json.charCodeAt(next + 1) === quote ? next + 1 : json.indexOf('"', next);
  }
  return count;
}

/** Whether a quote does not end its string: it has an odd number of backslashes before it. */
function isEscaped(json: string, at: number): boolean {
  let first = at;
  while (json.charCodeAt(first - 1) === backslash) first--;
  return (at - first) % 2 === 1;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
