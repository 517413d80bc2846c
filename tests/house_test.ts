/** The shape of the house: imports point one way, one room names GPU types, files stay small. */
import { assert, assertEquals } from "deno-std/assert";
import { importsOf, project, roomOf, sourcesIn } from "../scripts/imports.ts";
import { rooms } from "../scripts/rooms.ts";

const sources = ["src", "pipelines", "bench"].flatMap((floor) => [...sourcesIn(floor)]);

/** What the rules for the library and its commands are for; benchmarks are neither. */
const house = sources.filter(({ path }) => !path.startsWith("bench/"));

/** What each room of src may import of the others, besides the files directly in src; these only one another. */
const allowed: Record<string, readonly string[]> = {
  graph: [],
  gradient: ["graph"],
  plan: ["graph"],
  model: ["graph", "plan"],
  gpu: ["graph", "plan"],
  optim: ["graph"],
  spaces: ["nn"],
  nn: ["graph"],
  network: ["graph", "nn", "spaces", "io"],
  search: ["graph", "gradient", "gpu", "network", "nn", "optim", "spaces", "io"],
  curvature: ["graph", "gradient", "gpu", "network", "search", "io"],
  training: ["graph", "gpu", "network", "nn", "optim", "search", "data", "io"],
  methods: ["graph", "network", "nn", "optim", "search", "spaces"],
  benchmarks: ["io", "network", "spaces"],
  data: ["io"],
  io: [],
  exporting: ["training", "data", "graph", "network", "nn", "io", "report", "spaces"],
  tensorboard: ["io", "network", "report"],
  report: ["network", "nn", "spaces", "benchmarks"],
  setup: ["io"],
  doctor: ["graph", "gpu"],
  config: [
    ...["io", "data", "network", "benchmarks", "curvature", "methods", "search", "spaces", "nn", "graph"],
    ...["training", "exporting"],
  ],
  cli: ["config", "gpu", "io", "plan", "setup"],
};

/** The rooms of the pipelines, from the ground up: each may import those before it, and all of src. */
const pipelineRooms = [
  "stages",
  "checkpoint",
  "run",
  "algorithm",
  "training",
  "prediction",
  "strategies",
  "needs",
  "landscape",
  "exporting",
  "comparison",
  "watching",
  "launchers",
  "study",
  "cache",
].map((name) => `pipelines/${name}`);

/** Whether a file of one room may import a file of another. */
function mayImport(from: string, to: string): boolean {
  const [floor, name] = from.split("/") as [string, string?];
  const ofSource = to.split("/")[0] === "src";
  // What benchmarks measure may be anything, an oracle of the tests too.
  if (floor === "bench") return true;
  // The doors, one a command: no other door.
  if (from === "pipelines") return ofSource || to.startsWith("pipelines/");
  if (floor === "pipelines") {
    return to === from || ofSource || pipelineRooms.slice(0, pipelineRooms.indexOf(from)).includes(to);
  }
  return to === from || to === "src" || (allowed[name ?? ""] ?? []).some((other) => to === `src/${other}`);
}

Deno.test("imports point one way", () => {
  for (const source of sources) {
    const from = roomOf(source.path);
    const listed = !from.includes("/") || from.slice("src/".length) in allowed ||
      pipelineRooms.includes(from);
    assert(listed, `${source.path}: the room ${from} is not in the list`);
    for (const target of importsOf(source)) {
      const to = roomOf(target);
      assert(
        mayImport(from, to) && !/^tests\/.*_test\.ts$/.test(target),
        `${source.path} imports ${target}: ${from} may not import ${to}`,
      );
    }
  }
});

Deno.test("the list of rooms goes from the top down, and has all of them", () => {
  const names = rooms.map(({ name }) => name);
  assertEquals(names.length, new Set(names).size);
  for (const { name, first } of rooms) {
    assert(Deno.statSync(new URL(`${name}/${first}`, project)).isFile, `${name}: ${first}`);
  }
  for (const source of house) {
    for (
      const [from, to] of importsOf(source).map((target) => [roomOf(source.path), roomOf(target)] as const)
    ) {
      const [above, below] = [names.indexOf(from), names.indexOf(to)];
      assert(above >= 0 && above <= below, `${source.path}: ${from} does not stand above ${to}`);
    }
  }
});

Deno.test("no file imports itself by way of others", () => {
  const graph = new Map(sources.map((source) => [source.path, importsOf(source)]));
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    assert(!way.includes(path), `a circle: ${[...way.slice(way.indexOf(path)), path].join(" → ")}`);
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
});

/** The names between braces: of an import those of the other file, of an export those that others see. */
const names = (braces: string, side: 0 | -1): string[] =>
  braces.split(",").map((name) => name.trim().replace(/^type /, "").split(" as ").at(side)!).filter(Boolean);

/** The doors of the library's parts, as users import them. */
const doors = Object.values<string>(JSON.parse(Deno.readTextFileSync(new URL("deno.json", project))).exports)
  .map((path) => path.slice("./".length));

/** The file itself and those of which it exports everything. */
const published = (path: string): string[] => [
  path,
  ...[...Deno.readTextFileSync(new URL(path, project)).matchAll(/^export \* (?:as \w+ )?from "(\..*)";$/gm)]
    .flatMap(([, target]) => published(new URL(target!, `file:///${path}`).pathname.slice(1))),
];

Deno.test("what a file exports is imported somewhere", () => {
  const folders = ["src", "pipelines", "bench", "tests", "scripts"];
  // What the library exports, its users import.
  const library = new Set(doors.flatMap(published));
  const imported = new Set(
    folders.flatMap((folder) => [...sourcesIn(folder)]).flatMap(({ path, text }) => {
      const taken = library.has(path)
        ? /^(?:im|ex)port (?:type )?\{([^}]*)\}/gm
        : /^import (?:type )?\{([^}]*)\}/gm;
      return [...text.matchAll(taken)].flatMap(([, braces]) => names(braces!, 0));
    }),
  );
  for (const { path, text } of house) {
    if (library.has(path)) continue;
    const exported = [
      ...[...text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)].map(([, name]) =>
        name!
      ),
      ...[...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, braces]) => names(braces!, -1)),
    ];
    for (const name of exported) assert(imported.has(name), `${path}: nobody imports ${name}`);
  }
});

// The linter finds unused imports, functions and values; TypeScript's own check would find these too, but forbids the
// imports that `deno test --doc` adds to examples.
Deno.test("what a file declares for itself it uses", () => {
  for (const { path, text } of sources) {
    const own = [...text.matchAll(/^(?:interface|type) (\w+)|^ {2}(?:\w+ )*(#\w+)/gm)];
    for (const [, type, member] of own) {
      const name = type === undefined ? member! : `\\b${type}`;
      assert(text.match(new RegExp(`${name}\\b`, "g"))!.length > 1, `${path}: ${type ?? member} is not used`);
    }
  }
});

Deno.test("only src/gpu names GPU types", () => {
  const naming = house.filter(({ text }) => /\bGPU[A-Z]\w+/.test(text)).map(({ path }) => roomOf(path));
  assertEquals([...new Set(naming)], ["src/gpu"]);
});

Deno.test("no WGSL in TypeScript", () => {
  for (const { path, text } of house) assert(!/@compute|@group\(/.test(text), path);
});

/** Numbers that look like tiles, in code without comments and strings. */
const numbersIn = (text: string): string[] =>
  text.replaceAll(/\/\*[^]*?\*\/|\/\/(?!:).*$|"[^"\n]*"|`[^`]*`|^ *flop: .*$/gm, "").match(
    /(?<![\w.])(?:16|32|64|128|256|512|1024|2048|4096|8192|16384|32768|65536|2 \*\* \d+)(?=u?\b)/g,
  ) ?? [];

Deno.test("no tile, thread count or split is left in operations and shaders", () => {
  const root = new URL("../", import.meta.url);
  const known: Record<string, string[]> = {
    "elementwise_call.ts": ["16", "32"], // codes
    "grid.ts": ["2 ** 20"], // exact reciprocals
    "not_finite.ts": ["256", "4096"], // the shape of the result
    "random.wgsl": ["16", "16", "16", "16"], // Threefry
  };
  for (const folder of ["src/graph/ops/", "shaders/"]) {
    for (const { name } of Deno.readDirSync(new URL(folder, root))) {
      if (name.startsWith("naive_")) continue;
      const text = Deno.readTextFileSync(new URL(folder + name, root));
      assertEquals(
        numbersIn(text),
        known[name] ?? [],
        `${folder}${name}: what cuts work up belongs into src/graph/tuning.ts; a power of two that does not goes, with ` +
          `what it is, into this test's list`,
      );
      assert(!/workgroup_size\((?!1\))\d/.test(text), `${name} names the size of its workgroups`);
    }
  }
});

Deno.test("no source file is longer than 300 lines", () => {
  for (const { path, text } of sources) assert(text.split("\n").length <= 300, path);
});

Deno.test("no comment is wider than 122 characters", () => {
  for (const { path, text } of sources) {
    const wide = text.split("\n").findIndex((line) => line.length > 122 && /^\s*(\/\/|\/?\*)/.test(line));
    assert(wide < 0, `${path}:${wide + 1}`);
  }
});
