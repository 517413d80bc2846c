import { assertEquals } from "deno-std/assert";
import { parseIdx, readIdx } from "../../src/data/idx.ts";
import { assertDataError, gzip, idxBytes, inFolder, ramp } from "./files.ts";

const file = idxBytes([2, 3, 4], ramp(24));

Deno.test("idx: plain and gzipped files give shape and values", () => {
  for (const bytes of [file, gzip(file)]) {
    assertEquals(parseIdx(bytes, 3, "a"), { shape: [2, 3, 4], data: ramp(24) });
  }
});

Deno.test("idx: a missing file is named", () =>
  inFolder((folder) => assertDataError(() => readIdx(`${folder}/none`, 3), "none", "no such file")));

Deno.test("idx: an empty file", () =>
  assertDataError(() => parseIdx(new Uint8Array(), 3, "a"), "a is empty"));

Deno.test("idx: wrong magic number", () => {
  const bad = file.slice();
  bad[0] = 0x89;
  assertDataError(() => parseIdx(bad, 3, "a"), "a is not an IDX file", "89 00 08 03");
});

Deno.test("idx: a type other than unsigned bytes", () => {
  const bad = file.slice();
  bad[2] = 0x0d;
  assertDataError(() => parseIdx(bad, 3, "a"), "a holds floats");
});

Deno.test("idx: images where labels are wanted", () =>
  assertDataError(() => parseIdx(file, 1, "a"), "3 dimensions"));

Deno.test("idx: cut inside the header", () => {
  assertDataError(() => parseIdx(file.subarray(0, 3), 3, "a"), "not an IDX file");
  assertDataError(() => parseIdx(file.subarray(0, 15), 3, "a"), "truncated inside its header");
});

Deno.test("idx: cut inside the values", () => {
  assertDataError(() => parseIdx(file.subarray(0, 39), 3, "a"), "a is truncated", "24 bytes", "23 follow");
  assertDataError(() => parseIdx(gzip(file.subarray(0, 39)), 3, "a"), "a is truncated");
});

Deno.test("idx: more values than the header says", () => {
  const long = new Uint8Array([...file, 0]);
  assertDataError(() => parseIdx(long, 3, "a"), "longer than its header says");
  assertDataError(() => parseIdx(gzip(long), 3, "a"), "longer than its header says");
  assertDataError(
    () => parseIdx(gzip(new Uint8Array([...file, 0, 0, 0])), 3, "a"),
    "longer than its header says",
  );
});

Deno.test("idx: a gzipped file that is cut or damaged", () => {
  const zipped = gzip(idxBytes([50, 8, 8], Uint8Array.from({ length: 3200 }, (_, i) => (i * i * 7919) >> 5)));
  assertDataError(
    () => parseIdx(zipped.subarray(0, zipped.length - 100), 3, "a"),
    "truncated or damaged gzip",
  );
  const bad = zipped.slice();
  bad[zipped.length - 5]! ^= 0xff;
  assertDataError(() => parseIdx(bad, 3, "a"), "truncated or damaged gzip");
  assertDataError(() => parseIdx(Uint8Array.of(0x1f, 0x8b, 9, 9), 3, "a"), "not a valid gzip");
});

Deno.test("idx: a header that claims terabytes allocates nothing", () => {
  const bomb = idxBytes([0xffffffff, 0xffff, 0xffff], []);
  assertDataError(() => parseIdx(bomb, 3, "a"), "a claims");
  assertDataError(() => parseIdx(gzip(bomb), 3, "a"), "a claims");
});

Deno.test("idx: no images", () =>
  assertDataError(() => parseIdx(idxBytes([0, 3, 4], []), 3, "a"), "holds no values"));
