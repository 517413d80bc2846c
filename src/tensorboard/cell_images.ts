/**
 * Cells as PNG, since TensorBoard shows no SVG: resvg draws the figure of the cell. Importing this file loads resvg and
 * a font, so only what needs them does so.
 */
// The font's files are no modules: this one of its package has it in the lock file.
import "abeezee/package.json" with { type: "json" };
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { readData } from "../io/read.ts";
import { fromFileUrl } from "../io/paths.ts";
import { cellDiagrams, readGenotype } from "../network/genotype.ts";
import { cellFigure } from "../report/mod.ts";
import type { Image } from "./events.ts";

const bytesOf = (specifier: string) => readData(fromFileUrl(new URL(specifier)));

await initWasm(bytesOf(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm")));

const fontBuffers = [
  bytesOf(import.meta.resolve("abeezee/ABeeZee_400Regular.ttf")),
  bytesOf(import.meta.resolve("abeezee/ABeeZee_400Regular_Italic.ttf")),
];
const family = "ABeeZee";

/** Pixels of the picture for one of the figure: sharp on screens that show two for one, and not much larger. */
const zoom = 1.5;

/** The cells of a genotype, given as text, as pictures `cell/NAME`. */
export const cellImages = (genotype: string): Image[] =>
  cellDiagrams(readGenotype(genotype, "a log")).map((cell) => {
    const svg = cellFigure(cell, { standalone: true, styled: false });
    return { tag: `cell/${cell.name}`, ...pngOf(svg) };
  });

/** What resvg holds lies in memory of its own. */
function pngOf(svg: string): Omit<Image, "tag"> {
  const drawing = new Resvg(svg, {
    font: { fontBuffers, defaultFontFamily: family, sansSerifFamily: family },
    fitTo: { mode: "zoom", value: zoom },
  });
  const picture = drawing.render();
  const { width, height } = picture;
  const png = picture.asPng();
  picture.free();
  drawing.free();
  return { png, width, height };
}
