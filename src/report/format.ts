/** Numbers as the report writes them. */
import { format } from "./d3.ts";

const si = format(".3~s");
const grouped = format(",");
const short = format(".3~g");
const percentage = format(".2%");

/** "3.96 M": three figures and a unit prefix, which stands apart from the number. */
export const compact = (value: number): string => si(value).replace(/([a-zA-Zµ])$/, "\u00a0$1");

/** "3,963,862". */
export const whole = (value: number): string => grouped(value);

/** A fraction as "89.71 %". */
export const percent = (fraction: number): string => percentage(fraction).replace("%", "\u00a0%");

/** Seconds as "42 s", "9 min 12 s" or "3 h 05 min". */
export function duration(seconds: number): string {
  if (seconds < 59.5) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes} min ${two(whole % 60)} s`;
}

/** "−2.5": with a minus sign, not a hyphen. */
export const signed = (value: number): string => format("~g")(Number(value.toPrecision(3)));

/** Any measure to three figures, or to the unit from a thousand on: "0.239", "1,221". */
export const measure = (value: number): string =>
  Math.abs(value) < 999.5 ? short(value) : grouped(Math.round(value));

/** "93.46": two decimal places, half of the last upwards also where a decimal fraction is stored a little below it. */
export const hundredths = (value: number): string => (value + 1e-9 * Math.sign(value)).toFixed(2);
