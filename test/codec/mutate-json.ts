import type { Draw } from "../support/draw.js";

/** What may stand for a value, rightly or wrongly, as JSON text. */
const odd = [
  ...["null", "true", "0", "-0", "1", "-1", "1.5", "1e3", "1e400", "2147483648", "4294967296"],
  ...["1E2", "12345678901234567890", '""', '"1"', '"-1"', '"1.0"', '" 1"', '"1e2"', '"0x10"'],
  ...['"NaN"', '"-Infinity"', '"18446744073709551616"', '"x"', '"AQID"', '"AQI"', '"-_"', '"A"'],
  ...['"RED"', '"CRIMSON"', '"2000-01-01T00:00:00Z"', '"1.5s"', '"a,bC"', '"\\ud800"', '"\\u003a"'],
  ...[
    "[]",
    "{}",
    "[null]",
    "[1]",
    '{"a":1}',
    '{"@type":"x"}',
    '{"__proto__":{}}',
    '"3e38"',
    "4e38",
  ],
];

/**
 * Rewrites JSON text member by member: values are replaced, names doubled, changed into their
 * proto form or escaped, and space is put between.
 */
export function mutateJson(draw: Draw, json: string, names: readonly string[]): string {
  const { chance, pick, nat } = draw;
  // How often anything is changed: most texts have to stay acceptable.
  const percent = pick([0, 1, 3, 10]);
  const space = (): string => (chance(percent) ? pick([" ", "\n", "\t", "\r"]) : "");
  const write = (value: unknown): string => {
    if (chance(percent)) return pick(odd);
    if (Array.isArray(value)) return `[${value.map(write).join(`${space()},${space()}`)}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const members = Object.entries(value).map(
      ([name, member]) => `${space()}${writeName(name)}${space()}:${space()}${write(member)}`,
    );
    if (chance(percent)) members.push(`${writeName(pick(names))}:${write(null)}`);
    if (chance(percent) && members.length > 0) members.push(pick(members));
    return `{${members.join(",")}}`;
  };
  const writeName = (name: string): string => {
    if (!chance(percent)) return JSON.stringify(name);
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const escaped = [...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return pick([`"${snake}"`, `"${escaped.join("")}"`, '"unknown"', '"__proto__"', '"01"']);
  };
  const text = write(JSON.parse(json));
  if (!chance(5)) return text;
  const at = nat(text.length);
  return (
    text.slice(0, at) + pick(["", "x", '"', "\\", "{", "}", ",", ":", "\0"]) + text.slice(at + 1)
  );
}
