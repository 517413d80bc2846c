import { assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { explained } from "../../src/cli/explained.ts";
import { configSchema } from "../../src/cli/main.ts";
import { recordOf, resolve } from "../../src/config/resolve.ts";
import { searchSettings } from "../../src/config/search_settings.ts";
import {
  compareCommand,
  evaluateCommand,
  inspectCommand,
  searchCommand,
  stepCommand,
} from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";

type Flags = Record<string, string | boolean>;
const search = (flags: Flags, file?: unknown) =>
  resolve(searchCommand, {
    flags,
    ...(file === undefined ? {} : { file: { path: "c.json", text: JSON.stringify(file) } }),
  });
const refuses = (run: () => unknown, message: string) => {
  const error = assertThrows(run, UserError);
  assertEquals(error.exitCode, 2);
  assertStringIncludes(explained(error), message);
};

Deno.test("settings: defaults < preset < config file < flags", () => {
  assertEquals(search({}).momentum, 0.9);
  assertEquals(search({ preset: "cifar10" }).epochs, 40);
  assertEquals(search({ preset: "cifar10" }, { epochs: 7 }).epochs, 7);
  assertEquals(search({ preset: "cifar10", epochs: "3" }, { epochs: 7 }).epochs, 3);
});

Deno.test("settings: a config file may choose the preset, a flag may choose another", () => {
  assertEquals(search({}, { preset: "cifar10" }).channels, 16);
  assertEquals(search({ preset: "cifar100" }, { preset: "tiny" }).data, "cifar100");
});

Deno.test("settings: those of a run, saved, give the same run", () => {
  const config = search({ preset: "tiny", variant: "reference", seed: "3" });
  assertEquals(search({}, JSON.parse(JSON.stringify(config))), config);
});

Deno.test("settings: of a run's record, what followed from another method or length is chosen anew, and said", () => {
  const again = (before: Flags, flags: Flags) => {
    const notes: string[] = [];
    const file = recordOf({ ...search({ preset: "tiny", ...before }) }, "runs/a/config.json");
    const config = resolve(searchCommand, { flags, file }, (words) => notes.push(words));
    return { config, notes };
  };
  const alike = (before: Flags, flags: Flags, said: boolean) => {
    const { config, notes } = again(before, flags);
    assertEquals(config, search({ preset: "tiny", ...before, ...flags }), JSON.stringify(flags));
    assertEquals(notes.length, Number(said), notes.join());
  };
  for (const method of ["r-darts-dp", "gaea", "sdarts-rs", "ms-removal"]) alike({}, { method }, true);
  alike({ method: "pc-darts" }, { method: "darts" }, true);
  alike({ space: "s1", variant: "reference" }, { space: "nasbench201" }, true);
  alike({}, { epochs: "20" }, true);
  alike({ epochs: "9" }, { seed: "4" }, false);
  alike({ epochs: "9", warmup: "3" }, { method: "random", warmup: "1" }, true);
  // The length of the training has nothing to do with the rest of the alphas.
  assertEquals(again({ epochs: "9", warmup: "3" }, { evalEpochs: "90" }).config.warmup, 3);
  assertEquals(again({}, { evalEpochs: "90" }).config.selectEpochs, 9);
  // Whatever else the run had stays, and so does what is given again.
  assertEquals(again({ batch: "7" }, { method: "gaea" }).config.batch, 7);
  assertEquals(again({}, { method: "gaea", archLr: "0.5" }).config.archLr, 0.5);
  assertStringIncludes(again({}, { method: "gaea" }).notes[0]!, "‹archLr›");
});

Deno.test("settings: what the method does not read is said, of flags only", () => {
  const notes = (flags: Flags, file?: Record<string, unknown>): string[] => {
    const said: string[] = [];
    const given = file && { path: "c.json", text: JSON.stringify(file) };
    resolve(searchCommand, { flags, file: given }, (words) => said.push(words));
    return said;
  };
  assertEquals(notes({ method: "darts", bandwidth: "3" }), [
    "‹bandwidth› changes nothing, since darts reads no such setting",
  ]);
  assertEquals(notes({ method: "sdarts-rs", epsilon: "0.2" }), []);
  assertEquals(notes({ bandwidth: "3", lr: "0.1" }), []);
  assertEquals(notes({ method: "darts" }, { bandwidth: 3 }), []);
});

Deno.test("settings: those of a library are told as they are", () => {
  for (const [value, shown] of [[NaN, "NaN"], [Infinity, "Infinity"]] as const) {
    refuses(() => searchSettings({ lr: value }), `"lr" in the settings given is ${shown}, but must be`);
  }
  assertEquals(searchSettings({ lr: undefined } as object), searchSettings({}));
});

Deno.test("compare: a grid of a setting that none of its methods reads is refused", () => {
  const compare = (flags: Flags) => resolve(compareCommand, { flags });
  const grid = "bandwidth=0.2,0.4";
  refuses(
    () => compare({ methods: "darts,pc-darts", grid }),
    "--grid bandwidth would give runs that are all alike: none of darts, pc-darts reads it.",
  );
  assertEquals(compare({ methods: "darts,MS-DARTS", grid }).methods, ["darts", "ms-darts"]);
  assertEquals(compare({ methods: "darts", grid: "lr=0.1,0.2" }).grid?.key, "lr");
});

Deno.test("settings: names in any case", () => {
  assertEquals(search({ space: "S3", method: "DARTS" }).space, "s3");
  assertEquals(search({}, { method: "MS-DARTS" }).method, "ms-darts");
});

for (
  const [flags, message] of [
    [{ epochs: "0" }, "--epochs is 0, but must be a whole number of at least 1."],
    [{ epochs: "2.5" }, "--epochs is 2.5, but must be a whole number of at least 1."],
    [{ batch: "-1" }, "--batch is -1, but must be a whole number of at least 1."],
    [
      { channels: "1000000000" },
      "--channels is 1000000000, but must be a whole number of at least 1 and at most 65536.",
    ],
    [{ layers: "201" }, "--layers is 201, but must be a whole number of at least 1 and at most 200."],
    [{ samples: "101" }, "--samples is 101, but must be a whole number of at least 1 and at most 100."],
    [{ lr: "x" }, '--lr is "x", but must be a number above 0.'],
    [{ lr: "" }, '--lr is "", but must be a number above 0.'],
    [{ lr: "1e999" }, "--lr is Infinity, but must be a finite number above 0."],
    [{ lr: "NaN" }, '--lr is "NaN", but must be a number above 0.'],
    [{ momentum: "1" }, "--momentum is 1, but must be a number of at least 0 and below 1."],
    [
      { seed: "1e20" },
      "--seed is 100000000000000000000, but must be a whole number of at least 0 and at most 4294967295.",
    ],
    [{ out: "" }, '--out is "", but must be a text that is not empty.'],
    [{ preset: "quik" }, 'Unknown preset "quik" for --preset; did you mean "quick"?'],
    [{ space: "s55" }, 'Unknown space "s55" for --space; did you mean "s5"?'],
    [{ method: "dart" }, 'Unknown method "dart" for --method; did you mean "darts"?'],
    [{ variant: "papr" }, 'Unknown variant "papr" for --variant; did you mean "paper"?'],
    [{ warmup: "5", epochs: "5" }, "--warmup 5 leaves none of the 5 epochs for the alphas; give at most 4."],
    [{ lrMin: "1" }, "--lr-min 1 is above --lr 0.025"],
  ] as [Flags, string][]
) {
  Deno.test(`settings: refuses ${JSON.stringify(flags)}`, () => refuses(() => search(flags), message));
}

Deno.test("config file: unknown key, with the nearest", () => {
  refuses(() => search({}, { epoch: 5 }), 'Unknown key "epoch" in c.json; did you mean "epochs"?');
});

Deno.test("config file: wrong value", () => {
  refuses(
    () => search({}, { epochs: "5" }),
    '"epochs" in c.json is "5", but must be a whole number of at least 1.',
  );
  refuses(() => search({}, { train: 1 }), '"train" in c.json is 1, but must be true or false.');
  refuses(() => search({}, { space: 5 }), 'Unknown space "5" for "space" in c.json; did you mean "s5"?');
  refuses(() => search({}, { out: null }), '"out" in c.json is null, but must be a text that is not empty.');
});

Deno.test("config file: no JSON, no object, a key twice", () => {
  const text = (text: string) => () => resolve(searchCommand, { flags: {}, file: { path: "c.json", text } });
  refuses(text('{"epochs": 5'), "c.json is not valid JSON");
  refuses(text("[1]"), "c.json must hold one JSON object");
  refuses(text('{"epochs": 5, "epochs": 6}'), 'The key "epochs" stands twice in c.json.');
});

Deno.test("settings: warm-up by method and variant, scaled to the epochs", () => {
  const warmup = (flags: Flags) => search({ preset: "cifar10", ...flags }).warmup;
  assertEquals(warmup({}), 4);
  assertEquals(warmup({ epochs: "50" }), 5);
  assertEquals(warmup({ variant: "reference" }), 5);
  assertEquals(warmup({ variant: "reference", epochs: "80" }), 5);
  assertEquals(warmup({ variant: "paper" }), 0);
  assertEquals(warmup({ method: "darts" }), 0);
  assertEquals(warmup({ warmup: "7" }), 7);
});

Deno.test("settings: the reference variant cuts out on S1-S4 only", () => {
  assertEquals(search({ variant: "reference", space: "s3" }).cutout, 16);
  assertEquals(search({ variant: "reference", space: "s5" }).cutout, 0);
  assertEquals(search({ variant: "reference", space: "s3", cutout: "0" }).cutout, 0);
  assertEquals(search({ space: "s3" }).cutout, 0);
});

Deno.test("evaluate: takes the training half of a preset, and needs a genotype", () => {
  const config = resolve(evaluateCommand, {
    flags: { genotype: "DARTS_V2", preset: "cifar10", epochs: "3" },
  });
  assertEquals([config.epochs, config.batch, config.channels, config.layers, config.data], [
    3,
    64,
    36,
    20,
    "cifar10",
  ]);
  refuses(() => resolve(evaluateCommand, { flags: {} }), "evaluate needs --genotype: ");
});

Deno.test("step: needs both files", () => {
  refuses(
    () => resolve(stepCommand, { flags: { input: "a" } }),
    "step needs OUT: safetensors file to write.",
  );
});

Deno.test("inspect: a genotype or a space, with the sizes papers use", () => {
  const sizes = (flags: Flags) => {
    const { channels, layers } = resolve(inspectCommand, { flags });
    return [channels, layers];
  };
  assertEquals(sizes({ genotype: "DARTS_V2" }), [36, 20]);
  assertEquals(sizes({ space: "s5" }), [16, 8]);
  assertEquals(sizes({ space: "s5", layers: "20" }), [16, 20]);
  refuses(() => resolve(inspectCommand, { flags: {} }), "Nothing to inspect");
  refuses(() => resolve(inspectCommand, { flags: { genotype: "a", space: "s1" } }), "not both");
});

Deno.test("JSON Schema: every setting described, none needed, no others", () => {
  const schema = configSchema(searchCommand) as {
    properties: Record<string, { description: string; type: string }>;
    required?: string[];
    additionalProperties: boolean;
  };
  // Which run to resume is no setting of a file.
  const settings = Object.keys(searchCommand.schema.shape).filter((key) => key !== "resume");
  assertEquals(Object.keys(schema.properties).sort(), settings.sort());
  for (const { description, type } of Object.values(schema.properties)) {
    assertEquals([typeof description, typeof type], ["string", "string"]);
  }
  assertEquals([schema.required, schema.additionalProperties], [undefined, false]);
});

Deno.test("resolve: what ends before there is a result prints none, but may be of a run that did", () => {
  for (const other of ["dryRun", "explain"]) {
    assertThrows(
      () => resolve(searchCommand, { flags: { json: true, [other]: true } }),
      UserError,
      "do not go together: the first prints the result of a run",
    );
    const file = recordOf({ ...resolve(searchCommand, { flags: {} }), json: true }, "runs/a/config.json");
    assertEquals(resolve(searchCommand, { flags: { [other]: true }, file }).json, true);
  }
});
