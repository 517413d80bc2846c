/**
 * The colours of the alpha heat map: a diverging ramp around the uniform mixture, brown below it and blue above
 * it, neutral (the panel's own background) where an edge has no preference. Blue and brown stay apart for every
 * kind of colour blindness.
 */
import { interpolateLab, piecewise, range } from "./d3.ts";
import type { Colour } from "./theme.ts";

/** Colours on either side of neutral. */
export const heatSteps = 12;

const light = piecewise(interpolateLab, ["#7a3d00", "#d99a4e", "#f1f3f6", "#4a97cf", "#05325c"]);
const dark = piecewise(interpolateLab, ["#ffc983", "#a3621f", "#1d242d", "#2276b4", "#b5dfff"]);

/** The step from -heatSteps to heatSteps of `lift` in [-1, 1]; what lies outside takes the end, NaN the middle. */
export const heatStep = (lift: number): number =>
  Math.max(-heatSteps, Math.min(heatSteps, Math.round(lift * heatSteps) || 0));

/** The CSS class and variable of a step. */
export const heatName = (step: number): string => `heat${step < 0 ? "m" : "p"}${Math.abs(step)}`;

const position = (step: number): number => (step / heatSteps + 1) / 2;

export const steps: readonly number[] = range(-heatSteps, heatSteps + 1);

export const heatColours: Readonly<Record<string, Colour>> = Object.fromEntries(
  steps.map((step) => [heatName(step), { light: light(position(step)), dark: dark(position(step)) }]),
);

/** The rules that fill an element of class `heatName(step)`. */
export const heatCss = (): string =>
  steps.map((step) => `.${heatName(step)}{fill:var(--${heatName(step)})}`).join("\n");
