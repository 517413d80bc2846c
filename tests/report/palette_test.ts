import { assert } from "deno-std/assert";
import { type OperationName, operationNames } from "../../src/nn/operation_names.ts";
import { operationColours } from "../../src/report/palette.ts";
import { roles } from "../../src/report/theme.ts";

type Rgb = readonly [number, number, number];

const linear = (hex: string): Rgb => {
  const channel = (i: number) => {
    const value = parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(0), channel(1), channel(2)];
};

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** Contrast ratio of WCAG 2. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

/** Total loss of one cone type, in linear RGB (Machado, Oliveira and Fernandes, 2009). */
const blindness: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  none: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [
    -0.003882,
    -0.048116,
    1.051998,
  ]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [
    -0.01182,
    0.04294,
    0.968881,
  ]],
};

const times = (rows: readonly [Rgb, Rgb, Rgb], [r, g, b]: Rgb): Rgb =>
  rows.map(([x, y, z]) => Math.max(0, x * r + y * g + z * b)) as unknown as Rgb;

/** CIE L*a*b* under D65. */
function lab(rgb: Rgb): Rgb {
  const f = (t: number) => t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 * t + 16) / 116;
  const [r, g, b] = rgb;
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(luminance(rgb));
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

for (const scheme of ["light", "dark"] as const) {
  Deno.test(`${scheme}: operations have 3:1 against the surface`, () => {
    for (const name of operationNames) {
      const ratio = contrast(operationColours[name][scheme], roles.surface[scheme]);
      assert(ratio >= 3, `${name} has ${ratio.toFixed(2)}`);
    }
  });

  Deno.test(`${scheme}: text has 4.5:1 against page and surface`, () => {
    for (const role of ["ink", "muted", "accent", "train-line", "valid-line"] as const) {
      for (const ground of ["page", "surface"] as const) {
        const ratio = contrast(roles[role][scheme], roles[ground][scheme]);
        assert(ratio >= 4.5, `${role} on ${ground} has ${ratio.toFixed(2)}`);
      }
    }
  });

  // What is searched together. A difference of 15 in L*a*b* is seen at a glance.
  const searched: Readonly<Record<string, readonly OperationName[]>> = {
    "S1 to S5": [
      "max_pool_3x3",
      "avg_pool_3x3",
      "skip_connect",
      "sep_conv_3x3",
      "sep_conv_5x5",
      "dil_conv_3x3",
      "dil_conv_5x5",
    ],
    "NAS-Bench-201": ["skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"],
    "NAS-Bench-1Shot1": ["maxpool3x3", "conv3x3-bn-relu", "conv1x1-bn-relu"],
  };
  for (const [spaces, names] of Object.entries(searched)) {
    for (const [kind, rows] of Object.entries(blindness)) {
      Deno.test(`${scheme}: operations of ${spaces} stay apart, colour blindness: ${kind}`, () => {
        const seen = names.map((name) => lab(times(rows, linear(operationColours[name][scheme]))));
        for (let i = 0; i < seen.length; i++) {
          for (let j = 0; j < i; j++) {
            const difference = Math.hypot(...seen[i]!.map((value, axis) => value - seen[j]![axis]!));
            assert(difference >= 15, `${names[i]} and ${names[j]} differ by ${difference.toFixed(1)}`);
          }
        }
      });
    }
  }
}
