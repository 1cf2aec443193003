/** A line of a table, by the names of its columns. */
export type Row<Column extends string> = Readonly<Record<Column, string>>;

/**
 * The rows of a table with some columns, which may have more. No value has a comma, a quote or a
 * line break in it: that is all there is in the files read here.
 *
 * @throws Error naming the line: a column is missing, or a row has not as many values as columns.
 */
export function parseCsv<Column extends string>(
  text: string,
  columns: readonly Column[],
): Row<Column>[] {
  const [heading = "", ...lines] = text.trimEnd().split(/\r?\n/);
  const names = heading.split(",");
  for (const column of columns) {
    if (!names.includes(column)) throw new Error(`line 1: there is no column "${column}"`);
  }
  return lines.map((line, i) => {
    const values = line.split(",");
    if (values.length !== names.length) {
      throw new Error(`line ${i + 2}: ${values.length} values for ${names.length} columns`);
    }
    return Object.fromEntries(names.map((name, at) => [name, values[at]])) as Row<Column>;
  });
}

/** @throws Error the text is no number. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new Error(`"${text}" is no number`);
  return value;
}
