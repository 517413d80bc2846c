import { assert, assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { asFlags, readCommandLine } from "../../src/cli/flags.ts";
import { kebab, settingSchema } from "../../src/config/describe.ts";
import { resolve } from "../../src/config/resolve.ts";
import { predictCommand, searchCommand, stepCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { everyCommand } from "../../scripts/commands.ts";

const read = (...args: string[]) => readCommandLine(searchCommand, args);
const refuses = (args: string[], message: string) => {
  const error = assertThrows(() => read(...args), UserError, message);
  assertEquals(error.exitCode, 2);
};

Deno.test("flags: only what was given comes out, under the keys of the settings", () => {
  assertEquals(read("--lr-min", "0.5", "--no-train", "--dry-run", "--config", "a.json"), {
    kind: "run",
    flags: { lrMin: "0.5", train: false, dryRun: true },
    configPath: "a.json",
  });
  assertEquals(read(), { kind: "run", flags: {}, configPath: undefined });
});

Deno.test("flags: --flag=value and a negative value are values", () => {
  assertEquals(read("--epochs=5", "--batch", "-1"), {
    kind: "run",
    flags: { epochs: "5", batch: "-1" },
    configPath: undefined,
  });
});

Deno.test("flags: positions of step", () => {
  const request = readCommandLine(stepCommand, ["a.safetensors", "--variant", "paper", "b.safetensors"]);
  assert(request.kind === "run");
  assertEquals(request.flags, { input: "a.safetensors", variant: "paper", output: "b.safetensors" });
});

Deno.test("flags: a list takes the words that are left, wherever flags stand", () => {
  const request = readCommandLine(predictCommand, ["runs/a", "a.png", "--top", "2", "b.png", "more"]);
  assert(request.kind === "run");
  assertEquals(request.flags, { network: "runs/a", images: ["a.png", "b.png", "more"], top: "2" });
  const none = readCommandLine(predictCommand, ["runs/a"]);
  assert(none.kind === "run");
  const error = assertThrows(() => resolve(predictCommand, { flags: none.flags }), UserError);
  assertStringIncludes(error.message, "predict needs IMAGE: ");
});

Deno.test("flags: an unknown flag is refused with the nearest", () => {
  refuses(["--epoch", "5"], "Unknown flag --epoch; did you mean --epochs?");
  refuses(["--warm-up=3"], "Unknown flag --warm-up; did you mean --warmup?");
});

Deno.test("flags: a switch takes no value", () => {
  refuses(["--json=3"], "--json takes no value");
});

Deno.test("flags: a flag without its value is refused", () => {
  refuses(["--out"], "--out needs a value");
  refuses(["--out", "--seed", "3"], '--out needs a value, but "--seed" follows it');
});

Deno.test("flags: a stray word is refused", () => {
  refuses(["tiny"], 'Unexpected argument "tiny": search takes flags only');
});

for (const spec of Object.values(everyCommand)) {
  Deno.test(`flags: --help of ${spec.name} names every setting and example`, () => {
    const request = readCommandLine(spec, ["--help"]);
    assert(request.kind === "help");
    for (const key of Object.keys(spec.schema.shape)) {
      const { title, type, default: usual } = settingSchema(spec.schema.shape[key]!);
      const flag = usual === true ? `--no-${kebab(key)}` : `--${kebab(key)}`;
      const word = `[${title}${type === "array" ? "..." : ""}]`;
      assertStringIncludes(request.text, spec.positionals.includes(key) ? word : flag);
    }
    for (const example of spec.examples) assertStringIncludes(request.text, `npx -y deno task ${example}`);
  });

  Deno.test(`flags: the headings of ${spec.name} hold exactly its settings`, () => {
    const listed = Object.values(spec.groups).flatMap((group) => Object.keys(group));
    assertEquals(listed.sort(), Object.keys(spec.schema.shape).sort());
  });
}

Deno.test("flags: a switch can be set back, against a file or a preset, and what is written out keeps it", () => {
  const flags = (...args: string[]) => {
    const request = read(...args);
    return request.kind === "run" ? request.flags : undefined;
  };
  assertEquals(flags("--train", "--no-nesterov"), { train: true, nesterov: false });
  assertEquals(asFlags({ train: true, nesterov: false }), ["--train", "--no-nesterov"]);
  const published = { preset: "cifar10", space: "nasbench201", method: "darts" };
  const nesterov = (further: Record<string, boolean>) =>
    resolve(searchCommand, { flags: { ...published, ...further } }).nesterov;
  assertEquals([nesterov({}), nesterov({ nesterov: false })], [true, false]);
  const { text } = read("--help") as { text: string };
  assert(text.includes("--no-train") && !text.includes("--no-nesterov"));
});
