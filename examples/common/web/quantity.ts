/** A number as people read it, and its unit apart, so that they can be set differently. */
export interface Quantity {
  readonly number: string;
  readonly unit: string;
}

/** In one string, with a space that does not break. */
export function text({ number, unit }: Quantity): string {
  return unit === "" ? number : `${number}\u202f${unit}`;
}
