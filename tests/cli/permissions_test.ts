/** What the tasks may do: no more than what is written here, and less of it once a run has its data. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { inFolder } from "../data/files.ts";
import { deno } from "./spawn.ts";

const tasks: Record<string, string> = denoJson.tasks;

/** Tasks that run whatever is in the repository. */
const open = ["test", "bench", "ok"];

/** The permissions of a task, without those of the programs it names. */
const permissions = (task: string): string[] =>
  [...tasks[task]!.matchAll(/(?:^|[ "])(--allow-\S+)/g)].map(([, flag]) => flag!.split(",$(")[0]!);

const data = "--allow-net=www.cs.toronto.edu:443,fashion-mnist.s3-website.eu-central-1.amazonaws.com:80";
const [env, install] = ["--allow-env=DEBUG,DENO_WEBGPU_BACKEND", "--allow-run=apt-get"];
const run = [
  "--allow-read",
  "--allow-write=/",
  `${env},HOME,XDG_CACHE_HOME`,
  "--allow-sys=uid,systemMemoryInfo",
  data,
  install,
];
const small = ["--allow-read", "--allow-write=/tmp", env, "--allow-sys=uid,systemMemoryInfo", install];

Deno.test("permissions: each task has what is written down, and asks for nothing more", () => {
  const wanted: Record<string, readonly string[]> = {
    search: run,
    evaluate: run,
    landscape: run,
    inspect: ["--allow-read", env],
    step: ["--allow-read", "--allow-write=/", env, "--allow-sys=uid,systemMemoryInfo", install],
    compare: ["--allow-read", "--allow-write=/", env, "--allow-sys=uid", install],
    doctor: small,
    "bench-step": small,
    "bench-peers": [
      "--allow-read",
      "--allow-write=/",
      env,
      "--allow-sys=uid,systemMemoryInfo,loadavg",
      `${install},/usr/bin/python3,python3,python`,
    ],
    setup: [
      "--allow-read",
      "--allow-write=/tmp",
      "--allow-env=CHROMIUM,DENO_WEBGPU_BACKEND",
      "--allow-sys=uid",
      install,
    ],
  };
  const guarded = Object.keys(tasks).filter((name) => !open.includes(name));
  assertEquals(Object.fromEntries(guarded.map((name) => [name, permissions(name)])), wanted);
  for (const name of guarded) {
    assert(/ --no-prompt --no-remote /.test(tasks[name]!), name);
    assert(!/ -A | --allow-all/.test(tasks[name]!), name);
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
  const flags = tasks[task]!.split(" ").slice(1, -1);
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

Deno.test("permissions: where there is an adapter no program can be started any more", () =>
  inFolder(async (folder) => {
    const golden = new URL("../goldens/gradients_s3.in.safetensors", import.meta.url).pathname;
    const did = await tried("step", folder, [golden, `${folder}/out.safetensors`]);
    assertEquals([did["run apt-get"], did["run deno"], did["fetch elsewhere"]], [no, no, no]);
  }));

Deno.test("permissions: without the one to write a run is refused in words, and nothing is asked", () =>
  inFolder(async (folder) => {
    const flags = tasks["search"]!.split(" ").slice(1).map((flag) =>
      flag === "--allow-write=/" ? `--allow-write=${folder}/here` : flag
    );
    const { code, stderr } = await deno([...flags, ...tiny, ...search, "--out", `${folder}/there`]);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, `Cannot write the run directory ${folder}/there: Deno guards this path`);
  }));
