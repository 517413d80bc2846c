import { assertEquals, assertThrows } from "deno-std/assert";
import { appendBytes, jsonLine, toJson, writeFileAtomic, writeJson } from "../../src/io/files.ts";
import { assertDataError, inFolder } from "../data/files.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name);

Deno.test("writeFileAtomic: replaces the file and leaves nothing else", () =>
  inFolder((folder) => {
    writeFileAtomic(`${folder}/a`, "old, and longer");
    writeFileAtomic(`${folder}/a`, [Uint8Array.of(110, 101), Uint8Array.of(119)]);
    assertEquals(Deno.readTextFileSync(`${folder}/a`), "new");
    assertEquals(names(folder), ["a"]);
  }));

Deno.test("writeFileAtomic: a failure half-way keeps the old file", () =>
  inFolder((folder) => {
    writeFileAtomic(`${folder}/a`, "old");
    const failing = function* () {
      yield new Uint8Array(10);
      throw new Error("no more");
    };
    assertDataError(() => writeFileAtomic(`${folder}/a`, failing()), `Cannot write ${folder}/a`, "no more");
    assertEquals(Deno.readTextFileSync(`${folder}/a`), "old");
    assertEquals(names(folder), ["a"]);
  }));

Deno.test("writeFileAtomic: a missing folder, a folder of that name, a file as folder", () =>
  inFolder((folder) => {
    assertDataError(() => writeFileAtomic(`${folder}/none/a`, ""), "its folder does not exist");
    Deno.mkdirSync(`${folder}/taken`);
    assertDataError(() => writeFileAtomic(`${folder}/taken`, ""), `Cannot write ${folder}/taken`);
    Deno.writeTextFileSync(`${folder}/file`, "");
    assertDataError(() => writeFileAtomic(`${folder}/file/a`, ""), "is a file, not a folder");
    assertEquals(names(folder).sort(), ["file", "taken"]);
  }));

Deno.test("jsonLine, appendBytes: one line each, numbers that JSON lacks as strings", () =>
  inFolder((folder) => {
    appendBytes(`${folder}/m.jsonl`, jsonLine({ loss: NaN, list: [Infinity, 1] }));
    appendBytes(`${folder}/m.jsonl`, jsonLine({ data: Float32Array.of(0.5, -Infinity) }));
    assertEquals(
      Deno.readTextFileSync(`${folder}/m.jsonl`),
      '{"loss":"NaN","list":["Infinity",1]}\n{"data":[0.5,"-Infinity"]}\n',
    );
    assertDataError(() => appendBytes(`${folder}/none/m.jsonl`, jsonLine(1)), "its folder does not exist");
  }));

Deno.test("writeJson: indented and ended by a line break", () =>
  inFolder((folder) => {
    writeJson(`${folder}/a.json`, { a: 1 });
    assertEquals(Deno.readTextFileSync(`${folder}/a.json`), '{\n  "a": 1\n}\n');
  }));

Deno.test("a full disk is named as such", () => {
  if (Deno.build.os !== "linux") return; // only there is a device that is always full
  assertDataError(() => appendBytes("/dev/full", jsonLine({ a: 1 })), "/dev/full", "the disk is full");
});

Deno.test("toJson: what JSON cannot hold is still an error", () => {
  assertThrows(() => toJson({ big: 1n }), TypeError);
});
