import { expect, it } from "vitest";
import { parseCsv, parseNumber } from "../../../examples/sensor-log/data-sets/csv.js";

it("reads columns by their names, wherever they are", () => {
  expect(parseCsv("b,x,a\r\n1,2,3\r\n4,5,\r\n", ["a", "b"])).toEqual([
    { b: "1", x: "2", a: "3" },
    { b: "4", x: "5", a: "" },
  ]);
  expect(parseCsv("a,b\n", ["a"])).toEqual([]);
});

it("names the line that does not fit", () => {
  expect(() => parseCsv("a,b\n1,2", ["c"])).toThrow('line 1: there is no column "c"');
  expect(() => parseCsv("a,b\n1,2\n1,2,3", ["a"])).toThrow("line 3: 3 values for 2 columns");
});

it.each(["", " ", "1,2", "NaN", "Infinity", "x"])("takes %j for no number", (text) => {
  expect(() => parseNumber(text)).toThrow(`"${text}" is no number`);
});

it("reads numbers", () => {
  expect(["-0.5", "12.8", "0"].map(parseNumber)).toEqual([-0.5, 12.8, 0]);
});
