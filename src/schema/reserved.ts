type Reserved = readonly (number | string | readonly [from: number, to: number])[];

interface Range {
  start: number;
  end: number;
}

/** Reserved numbers and names of a message; descriptors exclude the end of a message's range. */
export function messageReserved(reserved: Reserved | undefined) {
  return descriptorReserved(reserved, 1);
}

/** Reserved numbers and names of an enum; descriptors include the end of an enum's range. */
export function enumReserved(reserved: Reserved | undefined) {
  return descriptorReserved(reserved, 0);
}

function descriptorReserved(
  reserved: Reserved = [],
  afterEnd: 0 | 1,
): { reservedRange: Range[]; reservedName: string[] } {
  const reservedRange: Range[] = [];
  const reservedName: string[] = [];
  for (const entry of reserved) {
    if (typeof entry === "string") {
      reservedName.push(entry);
      continue;
    }
    const [start, end] = typeof entry === "number" ? [entry, entry] : entry;
    reservedRange.push({ start, end: end + afterEnd });
  }
  return { reservedRange, reservedName };
}
