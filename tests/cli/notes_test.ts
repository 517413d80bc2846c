/** What a user is told of a search that ends in nothing, or cannot go on: before it, at its end, and in its files. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { forAll } from "./as_user.ts";
import { task } from "./spawn.ts";

const smallest = [
  ["--preset", "tiny", "--space", "s2", "--channels", "2", "--layers", "2", "--batch", "8", "--epochs", "1"],
  [
    "--warmup",
    "0",
    "--search-limit",
    "32",
    "--valid-limit",
    "12",
    "--train-limit",
    "48",
    "--test-limit",
    "8",
  ],
  [
    "--eval-epochs",
    "1",
    "--eval-batch",
    "8",
    "--eval-channels",
    "2",
    "--eval-layers",
    "2",
    "--eval-holdout",
    "0",
  ],
].flat();
const fair = ["--method", "fair-darts", ...smallest];
const foreseen =
  /^An edge is kept from a sigmoid of 0\.85 .* the cells are likely to end without an edge\. Set /;
const empty =
  /^The (normal|reduction) cell has no edge: .* largest sigmoid is 0\.5\d*, .* --edge-threshold 0\.85;/;

const few = /The test accuracy is that of only 8 images; /;

/** How often a line matches. */
const lines = (text: string, pattern: RegExp): number =>
  text.split("\n").filter((line) => pattern.test(line.trim())).length;

Deno.test("a search without an edge says so beforehand, in the terminal, in its result and in its report", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const { code, stdout, stderr } = await task("search", ...fair, "--out", out);
    assertEquals(code, 0, stderr);
    const said = stderr.split("\n");
    const first = said.findIndex((line) => foreseen.test(line));
    assert(first >= 0 && first < said.findIndex((line) => line.startsWith("search 1/1")), stderr);
    assertEquals(lines(stderr, empty), 2);
    assertEquals(lines(stdout.replace(/^notes/m, ""), foreseen), 1, stdout);
    assertEquals(lines(stdout, empty), 2, stdout);
    assert(!stdout.includes("[object"), stdout);

    const { notes } = JSON.parse(Deno.readTextFileSync(`${out}/result.json`));
    assertEquals(notes.filter((note: string) => foreseen.test(note)).length, 1);
    assertEquals(notes.filter((note: string) => empty.test(note)).length, 2);
    assertMatch(notes.at(-1), few);
    const report = Deno.readTextFileSync(`${out}/report.html`);
    for (const note of notes) assertEquals(report.split(note.replaceAll("&", "&amp;")).length, 2, note);

    // What reads such a run gets along with it.
    const small = ["--radius", "0.1", "--steps", "3", "--map-steps", "0"];
    const landscape = await task("landscape", out, ...small);
    assertEquals(landscape.code, 0, landscape.stderr);
    const again = await task(
      "evaluate",
      "--genotype",
      `${out}/genotype.json`,
      ...evaluation,
      "--out",
      `${folder}/again`,
    );
    assertEquals(again.code, 0, again.stderr);
    assertMatch(again.stderr, /The normal cell has no edge: nothing of an image comes through it\.\n/);
    assertMatch(again.stdout, /^notes +The normal cell has no edge/m);
    assertMatch(again.stdout, few);
  }));

const evaluation = [
  ["--preset", "tiny", "--channels", "2", "--layers", "2", "--batch", "8", "--epochs", "1", "--holdout", "0"],
  ["--train-limit", "48", "--test-limit", "8"],
].flat();

Deno.test("a dry run and JSON have the notes as well", () =>
  inFolder((folder) =>
    forAll<() => Promise<void>>([
      async () => {
        const { code, stderr } = await task("search", ...fair, "--dry-run", "--out", `${folder}/dry`);
        assertEquals([code, lines(stderr, foreseen)], [0, 1], stderr);
      },
      async () => {
        const flags = ["--no-train", "--json", "--out", `${folder}/json`];
        const { code, stdout, stderr } = await task("search", ...fair, ...flags);
        assertEquals(code, 0, stderr);
        const { notes } = JSON.parse(stdout);
        assertEquals(notes.filter((note: string) => empty.test(note)).length, 2);
        assert(stderr.trimEnd().endsWith(notes.at(-1)), stderr);
      },
      async () => {
        const flags = ["--no-train", "--json", "--quiet", "--out", `${folder}/darts`];
        const { code, stdout, stderr } = await task(
          "search",
          "--method",
          "snas",
          "--arch-lr",
          "1e-6",
          ...smallest,
          ...flags,
        );
        assertEquals([code, stderr], [0, ""]);
        assertMatch(JSON.parse(stdout).notes[0], /chance decides the cell/);
      },
    ], (one) => one())
  ));

Deno.test("compare takes runs with notes", () =>
  inFolder(async (folder) => {
    const flags = [...smallest, "--no-train", "--seeds", "1", "--out", `${folder}/compared`];
    const { code, stdout, stderr } = await task("compare", "--methods", "fair-darts,darts", ...flags);
    assertEquals(code, 0, stderr);
    assert(!stdout.includes("[object"), stdout);
    assertStringIncludes(
      Deno.readTextFileSync(`${folder}/compared/fair-darts-s2-seed0/log.txt`),
      "has no edge",
    );
  }));

Deno.test("what diverges names its cause, and the least bandwidth does not", () =>
  inFolder((folder) =>
    forAll<readonly [string, string, number, RegExp]>([
      ["--bandwidth", "1e-30", 0, /search 1\/1/],
      [
        "--arch-weight-decay",
        "1e30",
        5,
        /; lower --arch-weight-decay, which is 1e\+30 where 0\.001 is usual\./,
      ],
      [
        "--eval-weight-decay",
        "1e30",
        5,
        /; lower --eval-weight-decay, which is 1e\+30 where 0\.0003 is usual\./,
      ],
    ], async ([flag, value, wanted, words]) => {
      const { code, stderr } = await task("search", ...smallest, flag, value, "--out", `${folder}/${flag}`);
      assertEquals(code, wanted, stderr);
      assertMatch(stderr, words);
    })
  ));
