import type uPlot from "uplot";

/** An axis in the colours of the page. */
export function axis(): uPlot.Axis {
  return {
    stroke: () => css("--muted"),
    font: "11px system-ui, sans-serif",
    grid: { stroke: () => css("--grid"), width: 1 },
    ticks: { show: false },
    gap: 6,
  };
}

/** The value of a custom property, such as a colour; it changes with the colour scheme. */
export function css(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim();
}
