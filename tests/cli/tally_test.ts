import { assertEquals } from "deno-std/assert";
import { readTally, tallyLine } from "../../scripts/tally.ts";

const read = (line: string) => readTally(`a ... ok (1ms)\n\n${line}\n\n`);

Deno.test("tally: counts of a run that passed, failed, skipped", () => {
  assertEquals(read("ok | 12 passed (3 steps) | 0 failed (2s)"), { passed: 12, failed: 0, skipped: 0 });
  assertEquals(read("FAILED | 1 passed | 2 failed (1 step) | 3 ignored | 4 filtered out (8ms)"), {
    passed: 1,
    failed: 2,
    skipped: 3,
  });
});

Deno.test("tally: what passed because there was no memory for it was skipped", () => {
  const said = "-- output --\nskipped for want of memory: a (0.3 GB are free)\n-- end --\na ... ok (1ms)\n";
  assertEquals(readTally(`${said}ok | 2 passed | 0 failed (2s)`), { passed: 1, failed: 0, skipped: 1 });
});

Deno.test("tally: colours change nothing", () => {
  const line = "\x1b[0m\x1b[32mok\x1b[0m | 2 passed | 0 failed \x1b[38;5;245m(2s)\x1b[0m";
  assertEquals(read(line), { passed: 2, failed: 0, skipped: 0 });
});

Deno.test("tally: no last line, no counts", () => {
  assertEquals(readTally("error: Module not found\n"), { passed: 0, failed: 0, skipped: 0 });
});

Deno.test("tally: the closing line", () => {
  assertEquals(tallyLine({ passed: 12, failed: 0, skipped: 0 }), "12 passed, 0 failed");
  assertEquals(tallyLine({ passed: 12, failed: 1, skipped: 2 }), "12 passed, 1 failed, 2 skipped");
});
