import { assertEquals } from "deno-std/assert";
import { compact, duration, hundredths, measure, percent } from "../../src/report/format.ts";

const spaced = (text: string) => text.replaceAll("\u00a0", " ");

Deno.test("compact: three figures and a prefix", () => {
  assertEquals([999, 45_870_592, 3_963_862, 609_230_000].map(compact).map(spaced), [
    "999",
    "45.9 M",
    "3.96 M",
    "609 M",
  ]);
});

Deno.test("duration: seconds, minutes, hours, and 59.6 s is not 60 s", () => {
  assertEquals([4.26, 42.4, 59.6, 551.4, 11_100].map(duration), [
    "4.3 s",
    "42 s",
    "1 min 00 s",
    "9 min 11 s",
    "3 h 05 min",
  ]);
});

Deno.test("percent and measure", () => {
  assertEquals(spaced(percent(0.89714)), "89.71 %");
  assertEquals([0.23914, 0.001, 12, 1234.5].map(measure), ["0.239", "0.001", "12", "1,235"]);
  assertEquals([999.4, 999.5, 999.9, -999.9].map(measure), ["999", "1,000", "1,000", "−1,000"]);
});

Deno.test("hundredths: half of the last place goes up, however the number is stored", () => {
  assertEquals([93.455, 89.025, 93.454, 0, -0.125, 10].map(hundredths), [
    "93.46",
    "89.03",
    "93.45",
    "0.00",
    "-0.13",
    "10.00",
  ]);
});
