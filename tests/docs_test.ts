/** The pages: every link leads somewhere, and what a newcomer looks for is two clicks from the README at most. */
import { assert } from "deno-std/assert";

const root = new URL("../", import.meta.url);
const read = (page: string): string => Deno.readTextFileSync(new URL(page, root));

const pages = ["", "docs/", "docs/studies/", "examples/", "bench/gpu/"].flatMap((folder) =>
  [...Deno.readDirSync(new URL(folder, root))].map(({ name }) => folder + name).filter((path) =>
    path.endsWith(".md")
  )
);

/** The name that a heading is linked by: lower case, without punctuation, a hyphen for each space. */
const anchor = (heading: string): string =>
  heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");

const anchorsOf = (page: string): string[] =>
  [...read(page).replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    anchor(heading!)
  );

/** Links to files of the project, by their path in it. */
const linksOf = (page: string): { path: string; fragment: string }[] =>
  [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => {
    const { pathname, hash } = new URL(target!, `file:///${page}`);
    return { path: decodeURIComponent(pathname.slice(1)), fragment: hash.slice(1) };
  });

for (const page of pages) {
  Deno.test(`${page}: its links lead somewhere`, () => {
    for (const { path, fragment } of linksOf(page)) {
      const { isFile } = Deno.statSync(new URL(path, root));
      if (fragment !== "") {
        assert(isFile && anchorsOf(path).includes(fragment), `${path} has no #${fragment}`);
      }
    }
  });
}

Deno.test("README: at most 10 kB, one picture", () => {
  const text = read("README.md");
  assert(new TextEncoder().encode(text).length <= 10_000);
  assert([...text.matchAll(/!\[/g)].length === 1);
});

Deno.test("every page is two clicks from the README at most", () => {
  const one = linksOf("README.md").map(({ path }) => path);
  const two = one.filter((path) => path.endsWith(".md")).flatMap(linksOf).map(({ path }) => path);
  for (const page of pages) {
    assert(page === "README.md" || one.includes(page) || two.includes(page), `nothing leads to ${page}`);
  }
});

/** What a newcomer asks for, and words of the answer. */
const asked = {
  "search on images of my own": "task search --data path/to/images",
  "resume a run": "task search --resume",
  "compare methods": "task compare --methods",
  "add a method": "src/methods/",
  "a kernel of my own": "shader_experiment.ts",
};

Deno.test("README: what a newcomer looks for is behind one of its links", () => {
  const behind = [...new Set(linksOf("README.md").map(({ path }) => path))].filter((path) =>
    path.endsWith(".md")
  );
  for (const [question, words] of Object.entries(asked)) {
    assert(behind.some((page) => read(page).includes(words)), `nothing on how to ${question}`);
  }
});
