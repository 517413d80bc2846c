/** The file of a study: what it may hold, and what it is refused for, in words. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { searchCommand } from "../../src/config/spec.ts";
import { parseStudy } from "../../src/config/study_file.ts";
import { UserError } from "../../src/errors.ts";
import { asFlags, readCommandLine } from "../../src/cli/flags.ts";

const path = "docs/studies/some.json";
const good = {
  title: "Some",
  text: ["A paragraph."],
  settings: { space: "nasbench201", epochs: 8 },
  seeds: 2,
  arms: [{ name: "darts", method: "darts" }, {
    name: "no-rest",
    method: "ms-darts",
    settings: { warmup: 0 },
  }],
  tests: [["no-rest", "darts"]],
};

Deno.test("study file: seeds count from 0, an arm without settings has none of its own", () => {
  const { seeds, arms, tests, text, settings } = parseStudy(JSON.stringify(good), path);
  assertEquals(seeds, [0, 1]);
  assertEquals(arms[0], { name: "darts", method: "darts", settings: {} });
  assertEquals([tests, text, settings], [[["no-rest", "darts"]], good.text, good.settings]);
  const { tests: _, text: __, ...least } = good;
  assertEquals(parseStudy(JSON.stringify(least), path).tests, []);
});

Deno.test("study file: what is wrong is refused in a sentence that names the place", () => {
  const [darts, other] = good.arms;
  const cases: readonly (readonly [change: Record<string, unknown> | string, ...parts: string[]])[] = [
    [{ sed: 3 }, 'Unknown key "sed" in docs/studies/some.json; did you mean "seeds"?'],
    [{ arms: [{ ...darts, setings: {} }] }, 'Unknown key "setings" in arm 1 of', 'did you mean "settings"?'],
    [{ arms: [darts, { ...other, method: "ms-dart" }] }, 'Unknown method "ms-dart" in arm 2', '"ms-darts"'],
    [{ arms: [{ ...darts, name: "A b" }] }, '"arms.0.name"', "small letters, digits, dots and hyphens"],
    [{ arms: [] }, '"arms"'],
    [{ arms: [darts, darts] }, "Two arms of docs/studies/some.json are named darts"],
    [{ seeds: 0 }, '"seeds"'],
    [{ seeds: 1.5 }, '"seeds"'],
    [{ title: undefined }, '"title"'],
    [{ settings: { epoch: 8 } }, 'Unknown key "epoch" in docs/studies/some.json; did you mean "epochs"?'],
    [{ settings: { seed: 8 } }, '"seed" in docs/studies/some.json is not the file\'s to say'],
    [{ settings: { data: "cifar10" } }, '"data" in docs/studies/some.json is not the file\'s to say'],
    [{ settings: { epochs: [8] } }, '"settings.epochs"'],
    [{ arms: [{ ...darts, settings: { out: "x" } }], tests: [] }, '"out" in arm darts of'],
    [{ tests: [["darts", "dart"]] }, "names the arm dart; its arms are darts, no-rest"],
    [{ tests: [["darts"]] }, '"tests.0'],
    [{ tests: [["darts", "darts"]] }, "A test in docs/studies/some.json is of darts against itself"],
    ['{"title": "a", "title": "b"}', 'The key "title" stands twice'],
    ['{"title": "a", "settings": {"epochs": 7, "epochs": 1}}', 'The key "epochs" stands twice'],
    ["[]", path, 'must hold one JSON object with "title", "settings", "seeds" and "arms"'],
    ["{", path],
  ];
  for (const [change, ...parts] of cases) {
    const text = typeof change === "string" ? change : JSON.stringify({ ...good, ...change });
    const error = assertThrows(() => parseStudy(text, path), UserError);
    assertEquals([error.exitCode, error.message.split("\n").length], [2, 1], error.message);
    for (const part of parts) assertStringIncludes(error.message, part);
  }
});

Deno.test("study file: those of the repository are whole, and each arm is a search that can be run", () => {
  const folder = new URL("../../docs/studies/", import.meta.url);
  const files = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".json"));
  assert(files.length > 0);
  for (const { name } of files) {
    const study = parseStudy(Deno.readTextFileSync(new URL(name, folder)), name);
    for (const { method, settings } of study.arms) {
      const args = asFlags({ ...study.settings, ...settings, method, data: "cifar10" });
      assertEquals(readCommandLine(searchCommand, args).kind, "run");
    }
  }
});
