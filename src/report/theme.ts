/** Every colour of the report and its figures, for light and dark screens. */
export interface Colour {
  readonly light: string;
  readonly dark: string;
}

/** Colours with a role. Text roles have 4.5:1 or more against `page` and `surface`, `line` roles 3:1. */
export const roles = {
  page: { light: "#f6f7f9", dark: "#0e1217" },
  surface: { light: "#ffffff", dark: "#161b22" },
  sunken: { light: "#f1f3f6", dark: "#0f141a" },
  border: { light: "#dde1e7", dark: "#2b333e" },
  grid: { light: "#e8ebf0", dark: "#252d37" },
  ink: { light: "#16202c", dark: "#e8edf3" },
  muted: { light: "#586475", dark: "#9aa6b5" },
  accent: { light: "#0062a3", dark: "#6cc0f5" },
  wire: { light: "#7b8696", dark: "#77828f" },
  input: { light: "#dff0e4", dark: "#1d3a2a" },
  node: { light: "#e1edfa", dark: "#1b3350" },
  output: { light: "#fbeecb", dark: "#43381a" },
  "train-line": { light: "#0072b2", dark: "#56b4e9" },
  "valid-line": { light: "#bf4e00", dark: "#ff9447" },
  warning: { light: "#8a5a00", dark: "#f0c35e" },
  "warning-surface": { light: "#fff6e0", dark: "#2a2312" },
} as const satisfies Record<string, Colour>;

export type Palette = Readonly<Record<string, Colour>>;

const variables = (palette: Palette, scheme: keyof Colour): string =>
  Object.entries(palette).map(([name, colour]) => `--${name}:${colour[scheme]}`).join(";");

/** The colours as CSS variables that follow the reader's light or dark preference. */
export const themeCss = (palette: Palette): string =>
  `:root{color-scheme:light dark;${variables(palette, "light")}}\n` +
  `@media (prefers-color-scheme:dark){:root{${variables(palette, "dark")}}}\n`;
