import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { describeOther, isImageName, whyNotRead } from "../../src/data/file_kinds.ts";

Deno.test("file kinds: what is an image that is read, by its name", () => {
  for (const name of ["png", "PNG", "apng", "jpg", "Jpeg", "jpe", "jfif", "JFI", "jif", "pjpeg", "pjp"]) {
    assertEquals([name, isImageName(`a.b.${name}`)], [name, true]);
    assertEquals(describeOther(`a.${name}`), undefined);
  }
  for (const name of ["png", "a.png.txt", "a.webp", "a.jp2", "a.jpgx", "ajpg"]) {
    assertEquals([name, isImageName(name)], [name, false]);
  }
});

Deno.test("file kinds: what no reader reads is named, by its name", () => {
  const names = {
    "a.webp": "WebP",
    "A.BMP": "BMP",
    "a.tif": "TIFF",
    "a.TIFF": "TIFF",
    "a.gif": "GIF",
    "IMG_1.HEIC": "HEIC",
    "a.avif": "AVIF",
    "a.jp2": "JPEG 2000",
    "a.pgm": "PPM",
    "a.svg": "SVG",
    "x.npy": "NumPy",
    "mnist.npz": "NumPy",
    "train_32x32.mat": "MATLAB",
    "a.hdf5": "HDF5",
    "part-0.parquet": "Parquet",
    "mnist.tfrecord-00001-of-00010": "TFRecord",
    "labels.csv": "CSV",
    "all.zip": "zip",
    "all.rar": "RAR",
    "all.7z": "7z",
    "all.pkl": "pickle",
  };
  for (const [name, format] of Object.entries(names)) {
    assertEquals([name, describeOther(name)], [name, format]);
  }
  for (const name of ["readme.txt", "labels.txt", "Makefile", "x.pgmx"]) {
    assertEquals(describeOther(name), undefined);
  }
});

Deno.test("file kinds: what no reader reads is named, by its first bytes", () => {
  const heads = {
    "RIFF\x24\0\0\0WEBPVP8 ": "WebP",
    "GIF89a\x01\0": "GIF",
    "BM\x46\0\0\0\0\0\0\0": "BMP",
    "II*\0\x08\0\0\0": "TIFF",
    "MM\0*\0\0\0\x08": "TIFF",
    "\0\0\0\x18ftypheic": "HEIC",
    "\0\0\0\x1cftypavif": "AVIF",
    "\0\0\0\x0cjP  \r\n": "JPEG 2000",
    "P6\n16 16\n255\n": "PPM",
    "<!DOCTYPE html><html>": "HTML",
    '<?xml version="1.0"?><svg>': "SVG",
    "\x93NUMPY\x01\0": "NumPy",
    "PK\x03\x04": "zip",
  };
  for (const [head, format] of Object.entries(heads)) {
    const why = whyNotRead(Uint8Array.from(head, (character) => character.charCodeAt(0)))!;
    assertStringIncludes(why, `it is ${format}, which is not read; `);
  }
  for (const bytes of [[], [0xff, 0xd8, 0xff, 0xe0], [0x89, 0x50, 0x4e, 0x47], [...new Uint8Array(200)]]) {
    assertEquals(whyNotRead(Uint8Array.from(bytes)), undefined);
  }
});
