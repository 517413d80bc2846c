/** JPEG files for tests, put together from segments. */
import { concatBytes } from "../../src/io/bytes.ts";
import { jpg } from "./image_files.ts";

/** A segment: marker, length, content. */
export const segment = (marker: number, content: Uint8Array): Uint8Array =>
  concatBytes([Uint8Array.of(0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255), content]);

const text = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));

export const jfif = segment(0xe0, text("JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));

/** Adobe's marker: 0 for colours as they are, 1 for brightness and differences, 2 for those and black. */
export const adobe = (transform: number): Uint8Array =>
  segment(0xee, text(`Adobe\0d\0\0\0\0${String.fromCharCode(transform)}`));

export const fromBase64 = (code: string): Uint8Array => text(atob(code));

/** The position of a baseline frame. */
export const frameAt = (file: Uint8Array): number =>
  file.findIndex((byte, i) => byte === 0xff && file[i + 1] === 0xc0);

/** 16×16 pixels of one colour, with these bytes in place of the JFIF marker and these numbers of its components. */
export function coloured(
  colour: readonly [number, number, number],
  first: readonly Uint8Array[],
  ids: ArrayLike<number> = [1, 2, 3],
): Uint8Array {
  const whole = jpg(16, 16, colour);
  const after = 2 + jfif.length;
  const file = concatBytes([whole.subarray(0, 2), ...first, whole.subarray(after)]);
  const frame = frameAt(file.subarray(file.length - whole.length + after)) + file.length - whole.length +
    after;
  const scan = file.findIndex((byte, i) => i > frame && byte === 0xff && file[i + 1] === 0xda);
  for (let i = 0; i < 3; i++) {
    file[frame + 10 + 3 * i] = ids[i]!;
    file[scan + 5 + 2 * i] = ids[i]!;
  }
  return file;
}
