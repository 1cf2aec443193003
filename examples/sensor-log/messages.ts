import { type EnumValue, enumType, field, message, repeated } from "sluice";

/** What a value says of the time around it. */
export const Kind = enumType(
  "Kind",
  { Unspecified: 0, Level: 1, Amount: 2, Occurrence: 3 },
  {
    doc: "What a value says of the time around it.",
    values: {
      Unspecified: { doc: "Not a kind." },
      Level: { doc: "It was measured at a moment, and was not much else before and after." },
      Amount: { doc: "It has gathered since the reading before." },
      Occurrence: { doc: "Something happened once; it says nothing of other moments." },
    },
  },
);
export type Kind = EnumValue<typeof Kind>;

@message({ doc: "Readings of one kind, of one place." })
export class Series {
  @field(1, repeated("string"), { doc: "The query type of its events in the event store." })
  queryType!: string[];

  @field(2, "string", { doc: "Where, for people." })
  place!: string;

  @field(3, "string", { doc: "What, for people." })
  measure!: string;

  @field(4, "string", { doc: "The unit of the values; empty if they have none." })
  unit!: string;

  @field(5, Kind, { doc: "How the values are to be read." })
  kind!: Kind;

  @field(6, "bool", { doc: "Played by the simulated station, and still growing." })
  simulated!: boolean;

  @field(7, Date, { doc: "The source timestamp of the earliest reading." })
  first!: Date;

  @field(8, Date, { doc: "The source timestamp of the latest reading." })
  last!: Date;
}
