/** The shape of the house: imports point one way, one room names GPU types, files stay small. */
import { assert, assertEquals } from "deno-std/assert";

const root = new URL("../", import.meta.url).pathname;

function* files(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(root + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* files(path);
    else if (path.endsWith(".ts")) yield path;
  }
}
const sources = [...files("src"), ...files("pipelines")].map((path) => ({
  path,
  text: Deno.readTextFileSync(root + path),
}));

/** The room of a file: the folder under src, or the file itself where it lies in src directly. */
const room = (path: string): string => path.startsWith("pipelines/") ? "pipelines" : path.split("/")[1]!;

/** What each room may import besides itself and the files directly in src. */
const allowed: Record<string, readonly string[]> = {
  graph: [],
  gradient: ["graph"],
  plan: ["graph"],
  gpu: ["graph", "plan"],
  optim: ["graph"],
  spaces: ["nn"],
  nn: ["graph"],
  network: ["graph", "nn", "spaces", "io"],
  search: ["graph", "gradient", "gpu", "network", "nn", "optim", "spaces", "io"],
  curvature: ["graph", "gradient", "gpu", "network", "search", "io"],
  training: ["graph", "gpu", "network", "nn", "optim", "search"],
  methods: ["graph", "network", "optim", "search", "spaces"],
  benchmarks: ["io", "network", "spaces"],
  data: ["io"],
  io: [],
  report: ["network", "nn", "spaces", "benchmarks"],
  setup: ["io"],
  doctor: ["graph", "gpu"],
  config: ["io", "data", "network", "benchmarks", "curvature", "methods", "plan", "search", "spaces", "nn"],
  cli: ["config", "gpu", "setup"],
};

Deno.test("imports point one way", () => {
  for (const { path, text } of sources) {
    const from = room(path);
    if (from === "pipelines" || from.endsWith(".ts")) continue;
    assert(allowed[from], `${path}: the room ${from} is not in the list`);
    for (const [, target] of text.matchAll(/(?:from|import) "(\.[^"]+\.ts)"/g)) {
      const to = room(new URL(target!, `file:///${path}`).pathname.slice(1));
      const fine = to === from || to.endsWith(".ts") || allowed[from]!.includes(to);
      assert(fine, `${path} imports ${target}: ${from} may import ${allowed[from]}`);
    }
  }
});

Deno.test("only src/gpu names GPU types", () => {
  const naming = sources.filter(({ text }) => /\bGPU[A-Z]\w+/.test(text)).map(({ path }) => room(path));
  assertEquals([...new Set(naming)], ["gpu"]);
});

Deno.test("no WGSL in TypeScript", () => {
  for (const { path, text } of sources) assert(!/@compute|@group\(/.test(text), path);
});

Deno.test("no source file is longer than 300 lines", () => {
  for (const { path, text } of sources) assert(text.split("\n").length <= 300, path);
});
