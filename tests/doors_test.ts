/** The parts of the library, each behind a door: what one takes along with it. */
import { assert, assertEquals } from "deno-std/assert";

const root = new URL("../", import.meta.url);
const doors: Readonly<Record<string, string>> = JSON.parse(
  Deno.readTextFileSync(new URL("deno.json", root)),
).exports;

/** The rooms and packages that a part reaches, in alphabetical order, and the addresses of all modules. */
async function reach(part: string): Promise<{ rooms: string[]; packages: string[]; specifiers: string[] }> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", doors[part]!],
    cwd: root.pathname,
  }).output();
  const modules: { readonly specifier: string }[] = JSON.parse(new TextDecoder().decode(stdout)).modules;
  const rooms = new Set<string>();
  const packages = new Set<string>();
  for (const { specifier } of modules) {
    const [, room] = specifier.match(/\/src\/(\w+)\//) ?? [];
    const [, name] = specifier.match(/^npm:\/?(@?[^@]+)/) ?? [];
    if (room !== undefined) rooms.add(room);
    if (name !== undefined) packages.add(name);
  }
  return {
    rooms: [...rooms].sort(),
    packages: [...packages].sort(),
    specifiers: modules.map(({ specifier }) => specifier),
  };
}

Deno.test("the engine is to be had without data readers, settings and drawings", async () => {
  const engine = ["graph", "gradient", "plan", "gpu", "nn", "optim"];
  for (const part of engine) {
    const { rooms, packages } = await reach(`./${part}`);
    assertEquals([rooms.filter((room) => !engine.includes(room)), packages], [[], []], part);
  }
});

/** The parts that work in a page, as docs/library.md lists them. */
const inPages = [...Deno.readTextFileSync(new URL("docs/library.md", root)).split("## In a browser")[1]!
  .split("\n## ")[0]!.matchAll(/`(\.\/\w+)`/g)].map(([, part]) => part!);

Deno.test("what pages may import needs nothing of Deno and Node, but for what one file asks them", async () => {
  assert(inPages.length > 9, inPages.join());
  const all = new Set<string>();
  for (const part of inPages) for (const specifier of (await reach(part)).specifiers) all.add(specifier);
  assertEquals([...all].filter((specifier) => specifier.startsWith("node:")), []);
  const naming = [...all].filter((specifier) => specifier.startsWith(root.href)).filter((specifier) => {
    const text = Deno.readTextFileSync(new URL(specifier));
    return /\b(?:Deno|process)\./.test(text.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, ""));
  });
  assertEquals(naming, [new URL("src/gpu/host.ts", root).href]);
});

Deno.test("each part takes along the packages that it is for", async () => {
  const zod = ["zod"];
  const expected: Readonly<Record<string, readonly string[]>> = {
    "./random": [],
    "./spaces": [],
    "./network": [],
    "./search": [],
    "./training": [],
    "./methods": zod,
    "./io": zod,
    "./curvature": zod,
    "./data": ["fast-png", "jpeg-js", "modern-tar", "zod"],
    "./benchmarks": ["@bufbuild/protobuf"],
  };
  for (const [part, packages] of Object.entries(expected)) {
    assertEquals((await reach(part)).packages, packages, part);
  }
  const drawing = (await reach("./report")).packages;
  assert(drawing.every((name) => /^(@types\/)?d3-/.test(name)), `${drawing}`);
});

Deno.test("the root has a line for each part, and nothing else", async () => {
  const text = await Deno.readTextFile(new URL("mod.ts", root));
  const lines = [...text.matchAll(/^export \* (?:as \w+ )?from "(.*)";$/gm)].map(([, path]) => path!);
  const { ".": _, ...parts } = doors;
  assertEquals(lines.toSorted(), Object.values(parts).toSorted());
  assertEquals(text.match(/^export /gm)!.length, lines.length);
});

Deno.test("a program in another folder imports the parts by their names, as the page on the library says", async () => {
  const page = Deno.readTextFileSync(new URL("docs/library.md", root));
  const [, config] = /^```json\n([^]*?)^```$/m.exec(page)!;
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(
      `${folder}/deno.json`,
      config!.replace('"../ms-darts"', JSON.stringify(root.pathname)),
    );
    Deno.writeTextFileSync(
      `${folder}/program.ts`,
      `import { input, sum } from "@ms-darts/ms-darts";
       import { compile } from "@ms-darts/ms-darts/plan";
       console.log(compile({ y: sum(input("x", [3])) }, { maxBinding: 2 ** 27 }).dispatches.length);`,
    );
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "program.ts"],
      cwd: folder,
    }).output();
    const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    assertEquals(decode(stdout), "1\n", decode(stderr));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
