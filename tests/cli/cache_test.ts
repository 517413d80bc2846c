/** `cache`: what of it is this project's is shown by kind and goes when it is told to; nothing else does. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { fetchOnce, md5 } from "../../src/data/download.ts";
import { noteFetched } from "../../src/data/fetched.ts";
import { inFolder } from "../data/files.ts";
import { asUser, type Seen } from "./as_user.ts";

const posix = { ignore: Deno.build.os === "windows" };

/** Bytes of a note: milliseconds of today, and a line's end. */
const note = 14;

/** Files of a cache, by what they are; the numbers are their bytes. */
const files = {
  images: {
    "images-0123456789abcdef0123456789abcdef.safetensors": 1000,
    ".images-fedcba9876543210fedcba9876543210.safetensors.77.tmp": 10,
  },
  downloads: {
    "cifar-10-binary.tar.gz": 2000,
    "fashion-mnist/t10k-labels-idx1-ubyte.gz": 300,
    "fashion-mnist/.train-images-idx3-ubyte.gz.12.tmp": 40,
    // Notes of downloads: of the first two, made below, and of one that is gone.
    ".cifar-10-binary.tar.gz.fetched": note,
    "fashion-mnist/.t10k-labels-idx1-ubyte.gz.fetched": note,
    "fashion-mnist/.t10k-images-idx3-ubyte.gz.fetched": note,
  },
  drivers: {
    "driver/failed.json": 7,
    "driver/new-abc/apt/lists/x": 5000,
    "driver/trixie-backports-x86_64-deno-2.9.6/bin/deno": 60000,
    "driver/trixie-backports-aarch64-deno-2.9.6/lib/a.so": 8,
  },
  other: {
    "images-mine.safetensors": 1,
    "cifar-10-batches-py/data_batch_1": 2,
    "fashion-mnist/notes.txt": 3,
    "fashion-mnist/train-labels-idx1-ubyte.gz": 7,
    "driver/mine/README": 4,
    "driver-of-mine": 5,
    "images-0123456789abcdef0123456789abcdef.safetensors.d/x": 6,
  },
};
type Kind = keyof typeof files;

const sum = (kind: Kind) => {
  const sizes = Object.values(files[kind]);
  return { files: sizes.length, bytes: sizes.reduce((a, b) => a + b, 0) };
};

/** Where Deno has its modules, which it would fetch anew for a cache of its own. */
const { DENO_DIR, XDG_CACHE_HOME, HOME } = Deno.env.toObject();
const modules = DENO_DIR ?? `${XDG_CACHE_HOME || `${HOME}/.cache`}/deno`;

/** The command, as a user with another cache. */
const cacheIn = (folder: string, flags: string): Promise<Seen> =>
  asUser(`npx -y deno task -q cache ${flags}`, { env: { XDG_CACHE_HOME: folder, DENO_DIR: modules } });

/** A cache with all that, links of tempting names to things outside, and the command on it. */
async function inCache(use: (cache: string, run: (flags: string) => Promise<Seen>) => Promise<void>) {
  await inFolder(async (folder) => {
    const cache = `${folder}/cache/ms-darts`;
    for (const [path, size] of Object.values(files).flatMap((some) => Object.entries(some))) {
      Deno.mkdirSync(`${cache}/${path.slice(0, path.lastIndexOf("/") + 1)}`, { recursive: true });
      Deno.writeFileSync(`${cache}/${path}`, new Uint8Array(size));
    }
    for (const path of ["cifar-10-binary.tar.gz", "fashion-mnist/t10k-labels-idx1-ubyte.gz"]) {
      noteFetched(`${cache}/${path}`);
    }
    Deno.mkdirSync(`${folder}/outside`);
    Deno.writeTextFileSync(`${folder}/outside/kept`, "kept");
    Deno.writeTextFileSync(`${folder}/cache/beside`, "kept");
    for (const [to, name] of links) Deno.symlinkSync(`${folder}/${to}`, `${cache}/${name}`);
    await use(
      cache,
      (flags) => cacheIn(`${folder}/cache`, flags),
    );
    assertEquals(Deno.readTextFileSync(`${folder}/outside/kept`), "kept");
    assertEquals(Deno.readTextFileSync(`${folder}/cache/beside`), "kept");
  });
}

const links = [
  ["outside", "driver/debian-x86_64-deno-1.0.0"],
  ["outside/kept", "images-00000000000000000000000000000000.safetensors"],
  ["outside/kept", "cifar-100-binary.tar.gz"],
  // Inside of what is removed.
  ["outside", "driver/new-abc/link"],
] as const;

const there = (path: string): boolean => {
  try {
    return Deno.lstatSync(path) !== undefined;
  } catch {
    return false;
  }
};

Deno.test(
  { name: "cache: shows what takes how much, and leaves all there", ...posix },
  () =>
    inCache(async (cache, run) => {
      const { code, stdout, stderr } = await run("");
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, `${cache}\n`);
      const found = JSON.parse((await run("--json")).stdout);
      for (const kind of ["images", "downloads"] as const) assertEquals(found[kind], sum(kind));
      assertEquals([found.drivers.files, found.other.files], [5, 10]);
      assertEquals(found.freed, { files: 0, bytes: 0 });
      for (const path of Object.values(files).flatMap((some) => Object.keys(some))) {
        assert(there(`${cache}/${path}`), path);
      }
    }),
);

const emptied: Readonly<Record<string, readonly Kind[]>> = {
  "--empty": ["images", "downloads"],
  "--empty images": ["images"],
  "--empty Drivers": ["drivers"],
  "--empty drivers,downloads, ": [],
  "images --empty --json": ["images"],
  "--empty images,downloads,drivers": ["images", "downloads", "drivers"],
};

for (const [flags, gone] of Object.entries(emptied)) {
  Deno.test(
    { name: `cache: ${flags} removes ${gone.join(", ") || "nothing, and says why"}`, ...posix },
    () =>
      inCache(async (cache, run) => {
        const { code, stdout, stderr } = await run(flags);
        assertEquals(code, gone.length > 0 ? 0 : 2, stderr);
        for (const [kind, some] of Object.entries(files)) {
          for (const path of Object.keys(some)) {
            assertEquals(there(`${cache}/${path}`), !gone.includes(kind as Kind), path);
          }
        }
        for (const [, link] of links.slice(0, 3)) assert(there(`${cache}/${link}`), link);
        if (flags.includes("--json")) assertEquals(JSON.parse(stdout).freed, sum("images"));
        else if (gone.length > 0) assert(/^freed \d+\.\d MB, \d+ files of /m.test(stdout), stdout);
      }),
  );
}

Deno.test(
  { name: "cache: one that is not there, that is a link, and that is a file", ...posix },
  () =>
    inFolder(async (folder) => {
      const run = (flags: string) => cacheIn(`${folder}/c`, flags);
      assertEquals((await run("--empty")).code, 0);
      assert(!there(`${folder}/c/ms-darts`));

      const name = "images-0123456789abcdef0123456789abcdef.safetensors";
      Deno.mkdirSync(`${folder}/disk`);
      Deno.mkdirSync(`${folder}/c`, { recursive: true });
      Deno.writeFileSync(`${folder}/disk/${name}`, new Uint8Array(5));
      Deno.symlinkSync(`${folder}/disk`, `${folder}/c/ms-darts`);
      const { stdout, stderr } = await run("--empty --json");
      assertEquals(JSON.parse(stdout).freed, { files: 1, bytes: 5 }, stderr);
      assert(there(`${folder}/c/ms-darts`) && there(`${folder}/disk`) && !there(`${folder}/disk/${name}`));

      Deno.removeSync(`${folder}/c/ms-darts`);
      Deno.writeTextFileSync(`${folder}/c/ms-darts`, "");
      const refused = await run("--empty");
      assertEquals(refused.code, 4, refused.stderr);
      assertStringIncludes(refused.stderr, `Cannot read the cache ${folder}/c/ms-darts: `);
    }),
);

Deno.test(
  {
    name: "cache: a data set that was downloaded goes, one that a user put under the same name stays",
    ...posix,
  },
  () =>
    inFolder(async (folder) => {
      const cache = `${folder}/ms-darts`;
      const mine = "fashion-mnist/train-images-idx3-ubyte.gz";
      const archive = "cifar-10-binary.tar.gz";
      Deno.mkdirSync(`${cache}/fashion-mnist`, { recursive: true });
      Deno.writeTextFileSync(`${cache}/${mine}`, "mine");
      const bytes = new TextEncoder().encode("published");
      await using server = Deno.serve({ port: 0, onListen: () => {} }, () => new Response(bytes));
      const published = { name: archive, md5: md5(bytes), url: `http://127.0.0.1:${server.addr.port}/` };
      const fetched = () =>
        fetchOnce(published, cache, { cacheDir: cache, download: true, log: () => {} }, "wait");

      await fetched();
      const { code, stdout, stderr } = await cacheIn(folder, "--empty");
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, `not put there by this project, and left: ${mine}\n`);
      assertEquals([...Deno.readDirSync(cache)].map(({ name }) => name), ["fashion-mnist"]);
      assertEquals(Deno.readTextFileSync(`${cache}/${mine}`), "mine");

      // One of the user's in the place of one that was downloaded, whose note is still there.
      await fetched();
      Deno.removeSync(`${cache}/${archive}`);
      Deno.writeTextFileSync(`${cache}/${archive}`, "mine too");
      Deno.utimeSync(`${cache}/${archive}`, 1e9, 1e9);
      const again = await cacheIn(folder, "--empty downloads");
      assertEquals(again.code, 0, again.stderr);
      assertStringIncludes(again.stdout, archive);
      assertEquals([...Deno.readDirSync(cache)].map(({ name }) => name).sort(), [archive, "fashion-mnist"]);
    }),
);
