import { parseIdx } from "../../src/data/idx.ts";
import { gzip, idxBytes, ramp } from "../data/files.ts";
import { fuzz, refuses } from "./fuzz.ts";

const images = idxBytes([2, 3, 4], ramp(24));
const read = (bytes: Uint8Array) => parseIdx(bytes, 3, "images.idx");

fuzz("idx, plain or gzipped", {
  samples: [images, gzip(images)],
  words: [Uint8Array.of(0, 0, 8, 3), Uint8Array.of(0x1f, 0x8b, 8)],
  seal: gzip,
  names: "images.idx",
  read,
});

for (const [how, pack] of [["plain", (bytes: Uint8Array) => bytes], ["gzipped", gzip]] as const) {
  const claiming = (shape: readonly number[], ...words: string[]) => {
    const bytes = pack(idxBytes(shape, []));
    refuses(`idx: a ${how} header that claims [${shape}]`, "images.idx", () => read(bytes), ...words);
  };
  claiming([2 ** 31, 1, 1], "truncated");
  claiming([2 ** 31, 2, 1], "claims");
  claiming([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], "claims");
}
const bomb = gzip(idxBytes([1, 4, 4], new Uint8Array(5e6)));
refuses(
  "idx: a gzip of 5 MB behind a header that claims 16 bytes",
  "images.idx",
  () => read(bomb),
  "longer than its header",
);
