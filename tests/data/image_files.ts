/** Small image files for tests. */
import { encode } from "fast-png";
import jpeg from "jpeg-js";

/** An RGB PNG of one colour. */
export const png = (width: number, height: number, rgb: readonly [number, number, number]): Uint8Array =>
  encode({
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => rgb[i % 3]!),
  });

/** A JPEG of one colour. */
export function jpg(width: number, height: number, rgb: readonly [number, number, number]): Uint8Array {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => [...rgb, 255][i % 4]!);
  return new Uint8Array(jpeg.encode({ width, height, data }, 95).data);
}

/** Writes files below a folder, making the folders in between. */
export function writeTree(root: string, files: Readonly<Record<string, Uint8Array>>): void {
  for (const [name, bytes] of Object.entries(files)) {
    const path = `${root}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeFileSync(path, bytes);
  }
}

const red = [200, 40, 30] as const;
const blue = [20, 60, 220] as const;

/** `count` images in each of the folders `cats` (red) and `dogs` (blue) below `prefix`, PNG and JPEG in turn. */
export function twoClasses(prefix: string, count: number, size = 8): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const [name, colour] of [["cats", red], ["dogs", blue]] as const) {
    for (let i = 0; i < count; i++) {
      const file = i % 2 === 0 ? png(size, size, colour) : jpg(size, size, colour);
      files[`${prefix}${name}/${String(i).padStart(3, "0")}.${i % 2 === 0 ? "png" : "JPG"}`] = file;
    }
  }
  return files;
}
