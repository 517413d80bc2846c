/** What the tasks may do: no more than what is written here, and less of it once a run has its data. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import project from "../../deno.json" with { type: "json" };
import { taskArguments } from "../../src/cli/tasks.ts";
import { inFolder } from "../data/files.ts";
import { deno } from "./spawn.ts";

const tasks: Record<string, string> = project.tasks;

/** Tasks that run whatever is in the repository. */
const open = ["run", "test", "mutate", "bench", "ok"];

const env = [
  "CLICOLOR_FORCE",
  "DEBUG",
  "DENO_WEBGPU_BACKEND",
  "FORCE_COLOR",
  "HOME",
  "INIT_CWD",
  "MS_DARTS_DRIVER",
  "MS_DARTS_RUNNER",
  "MS_DARTS_STARTER",
  "NO_COLOR",
  "TERM",
  "USERPROFILE",
];
const run = {
  read: true,
  write: ["/"],
  env: [...env, "XDG_CACHE_HOME"].sort(),
  sys: ["hostname", "systemMemoryInfo"],
  net: [
    "www.cs.toronto.edu:443",
    "fashion-mnist.s3-website.eu-central-1.amazonaws.com:80",
  ],
};
const words = ["CLICOLOR_FORCE", "DEBUG", "FORCE_COLOR", "MS_DARTS_RUNNER", "NO_COLOR", "TERM"];
const memory = { read: true, env, sys: ["systemMemoryInfo"] };
const comparing = {
  read: true,
  write: ["/"],
  env,
  sys: ["hostname"],
  run: ["deno", "sbatch", "squeue", "sacct"],
};
const launch = {
  read: true,
  write: ["/"],
  env: [
    "CHROMIUM",
    "DENO_WEBGPU_BACKEND",
    "HOME",
    "INIT_CWD",
    "LP_NATIVE_VECTOR_WIDTH",
    "MS_DARTS_DRIVER",
    "MS_DARTS_RUNNER",
    "PATH",
    "USERPROFILE",
    "VK_DRIVER_FILES",
    "VK_ICD_FILENAMES",
    "XDG_CACHE_HOME",
  ],
  sys: ["uid", "statfs"],
  run: true,
};

Deno.test("permissions: each task has what is written down, and asks for nothing more", () => {
  const wanted: Record<string, unknown> = {
    search: run,
    evaluate: run,
    landscape: run,
    inspect: { read: true, env },
    model: { read: true, env },
    step: { ...memory, write: ["/"] },
    stop: { read: true, write: ["/"], env, sys: ["hostname"] },
    watch: { read: true, env, sys: ["hostname"], net: ["127.0.0.1"] },
    cache: { read: true, write: ["/"], env: [...env, "XDG_CACHE_HOME"] },
    export: { ...memory, write: ["/"], run: ["deno"] },
    compare: comparing,
    study: comparing,
    doctor: memory,
    predict: { ...memory, run: ["deno"] },
    "bench-step": memory,
    "bench-peers": {
      read: true,
      write: ["/"],
      env,
      sys: ["uid", "systemMemoryInfo", "loadavg"],
      run: ["apt-get", "deno", "/usr/bin/python3", "python3", "python"],
    },
    help: { env: words },
    completions: { env: words },
    install: { read: true, env: [...words, "HOME", "INIT_CWD", "PATH", "USERPROFILE"].sort(), run: ["deno"] },
    docs: { read: ["."], write: ["docs", "README.md", "CONTRIBUTING.md"] },
    setup: launch,
  };
  const guarded = Object.keys(tasks).filter((name) => !open.includes(name));
  const sets: Record<string, unknown> = project.permissions;
  const given = (name: string) => {
    const flags = taskArguments(name).slice(0, -1);
    assertEquals(flags.slice(0, -1), ["run", "-q", "--no-prompt", "--no-remote"], name);
    return sets[flags.at(-1)!.replace("-P=", "")];
  };
  assertEquals(Object.fromEntries(guarded.map((name) => [name, given(name)])), wanted);
  // What chooses a driver for them starts them, and does nothing with their words but for the path of a program.
  const launcher = "deno run -q --no-prompt --no-remote -P=launch src/setup/launch.ts ";
  assertEquals(sets["launch"], launch);
  for (const name of Object.keys(tasks)) {
    const before = tasks[name]!.slice(0, -taskArguments(name).join(" ").length);
    if (name !== "bench") assert(["deno ", launcher].includes(before), `${name}: ${before}`);
  }
});

const tiny = [
  ["--preset", "tiny", "--channels", "2", "--layers", "1", "--batch", "8", "--epochs", "1"],
  ["--train-limit", "64", "--test-limit", "8"],
].flat();
const search = [
  ...["--space", "s2", "--warmup", "0", "--search-limit", "32", "--valid-limit", "12"],
  ...["--eval-channels", "2", "--eval-layers", "1", "--eval-epochs", "1", "--eval-holdout", "16"],
];

const usualCache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;

/** Runs a task's pipeline with the task's own flags, and returns what it could still do at its end. */
async function tried(
  task: string,
  folder: string,
  args: readonly string[],
): Promise<Record<string, unknown>> {
  const elsewhere = `${folder}/elsewhere`;
  Deno.writeTextFileSync(`${elsewhere}.old`, "");
  Deno.mkdirSync(`${folder}/cache/ms-darts`, { recursive: true });
  const flags = taskArguments(task).slice(0, -1);
  const script = new URL("./confined.ts", import.meta.url).pathname;
  const { stdout, stderr } = await deno([
    ...flags,
    script,
    task,
    elsewhere,
    `${folder}/run`,
    ...args,
  ], {
    XDG_CACHE_HOME: `${folder}/cache`,
    // The driver would compile anew for a cache of its own.
    MESA_SHADER_CACHE_DIR: usualCache,
  });
  const line = stdout.split("\n").find((line) => line.startsWith("tried "));
  assert(line !== undefined, stderr);
  const { code, ...rest } = JSON.parse(line.slice("tried ".length));
  assertEquals(code, 0, stderr);
  return rest;
}

/** Deno's word for a permission that is not there. */
const no = "NotCapable";
const confined = {
  "write elsewhere": no,
  "remove elsewhere": no,
  "rename out of the run": no,
  "write beside the run": no,
  "link into the run": no,
  "write in the run": "done",
  "write in the cache": "done",
  "fetch where data are loaded": no,
  "fetch elsewhere": no,
  "import a module": "TypeError",
  "look up a name": no,
  "run apt-get": no,
  "run deno": no,
  "read the environment": no,
  "load a library": no,
};

Deno.test("permissions: a search ends without the network, programs, and any place but its own to write to", () =>
  inFolder(async (folder) => {
    const out = ["--out", `${folder}/run`];
    assertEquals(await tried("search", folder, [...tiny, ...search, ...out]), confined);
  }));

Deno.test("permissions: so does an evaluation", () =>
  inFolder(async (folder) => {
    const out = ["--out", `${folder}/run`];
    assertEquals(
      await tried("evaluate", folder, ["--genotype", "DARTS_V2", ...tiny, "--holdout", "16", ...out]),
      confined,
    );
  }));

Deno.test("permissions: a step starts no program and reaches no network", () =>
  inFolder(async (folder) => {
    const golden = new URL("../goldens/gradients_s3.in.safetensors", import.meta.url).pathname;
    const did = await tried("step", folder, [golden, `${folder}/out.safetensors`]);
    assertEquals([did["run apt-get"], did["run deno"], did["fetch elsewhere"]], [no, no, no]);
  }));

Deno.test("permissions: without the one to write a run is refused in words, and nothing is asked", () =>
  inFolder(async (folder) => {
    const [script, ...flags] = taskArguments("search").reverse();
    const allowed = [...flags.reverse(), `--allow-write=${folder}/here`, script!];
    const { code, stderr } = await deno([...allowed, ...tiny, ...search, "--out", `${folder}/there`]);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, `Cannot write the run directory ${folder}/there: Deno guards this path`);
  }));
