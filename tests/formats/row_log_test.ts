/** Logs that are written again from their beginning keep what is the same and cut what is not. */
import { assertEquals } from "deno-std/assert";
import type { EntryLog } from "../../src/io/entry_log.ts";
import { rowLog } from "../../src/io/row_log.ts";

const inLog = (body: (path: string) => void): void => {
  const folder = Deno.makeTempDirSync();
  try {
    body(`${folder}/log.jsonl`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
};
const write = (log: EntryLog<unknown>, ...rows: unknown[]) => rows.forEach((row) => log.append(row));

Deno.test("row log: rows that are added again stay as they are", () =>
  inLog((path) => {
    write(rowLog(path), { a: 1 }, { a: "ü" }, { a: NaN });
    const { ino, mtime } = Deno.statSync(path);
    const again = rowLog(path);
    write(again, { a: 1 }, { a: "ü" });
    assertEquals([Deno.statSync(path).ino, Deno.statSync(path).mtime], [ino, mtime]);
    write(again, { a: NaN }, { a: 4 });
    assertEquals(Deno.readTextFileSync(path), '{"a":1}\n{"a":"ü"}\n{"a":"NaN"}\n{"a":4}\n');
  }));

Deno.test("row log: from the first row that differs on the log is cut", () =>
  inLog((path) => {
    write(rowLog(path), { a: 1 }, { a: "ü" }, { a: 3 }, { a: 4 });
    write(rowLog(path), { a: 1 }, { a: 2 });
    assertEquals(Deno.readTextFileSync(path), '{"a":1}\n{"a":2}\n');
  }));

Deno.test("row log: half a line, as a dead machine leaves it, is cut", () =>
  inLog((path) => {
    Deno.writeTextFileSync(path, '{"a":1}\n{"a":');
    write(rowLog(path), { a: 1 }, { a: 2 });
    assertEquals(Deno.readTextFileSync(path), '{"a":1}\n{"a":2}\n');
  }));

Deno.test("row log: it may be rewound, and be gone on with after it was written otherwise", () =>
  inLog((path) => {
    const log = rowLog(path);
    write(log, 1, 2);
    log.rewind();
    write(log, 1, 2, 3);
    assertEquals(Deno.readTextFileSync(path), "1\n2\n3\n");
    Deno.writeTextFileSync(path, "10\n20\n30\n");
    log.toEnd();
    write(log, 4);
    assertEquals(Deno.readTextFileSync(path), "10\n20\n30\n4\n");
  }));
