/** The newer software driver: brought from an empty cache, refused where it is not what Debian signed, left out on demand. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { archiveOf, distribution, installedMesa } from "../../src/setup/debian.ts";
import { ofSystem } from "../../src/setup/driver.ts";
import { driverFolder, fastMesa, fetchDriver, readDriver } from "../../src/setup/newer_driver.ts";
import { inFolder } from "../data/files.ts";
import { asUser, isThere } from "./as_user.ts";

const archive = archiveOf(distribution());
const reachable = Deno.build.os === "linux" && await isThere("apt-get", "--version") &&
  await fetch(`${archive}/dists/trixie/InRelease`, { method: "HEAD" }).then(({ ok }) => ok, () => false);
if (!reachable) {
  console.log("skipped: bringing a newer driver (no apt-get, or Debian's archive is out of reach)");
}

/** Names below a folder that exists. */
const names = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name);

Deno.test({
  name: "newer driver: from an empty cache, and again where it is damaged or was moved",
  ignore: !reachable,
}, () =>
  inFolder(async (home) => {
    const cache = `${home}/a cache/ms-darts`;
    const notes: string[] = [];
    const got = await fetchDriver({ cache, note: (words) => notes.push(words) });
    assert(typeof got !== "string", String(got));
    assertEquals(notes.length, 2);
    assert(parseInt(got.version.slice("Mesa ".length)) >= fastMesa, got.version);
    const folder = driverFolder(cache);
    assertEquals(names(`${cache}/driver`), [folder.slice(`${cache}/driver/`.length)]);
    assertEquals(readDriver(folder), got);

    // A process on it finds its adapter, under its own name.
    const code =
      "const a = await navigator.gpu.requestAdapter(); console.log(a.info.description, Deno.execPath())";
    const { stdout } = await new Deno.Command(got.deno, { args: ["eval", code], env: { ...got.env } })
      .output();
    assertMatch(new TextDecoder().decode(stdout), /^llvmpipe .*\/bin\/deno\n$/);

    Deno.renameSync(folder, `${folder}-moved`);
    assertEquals(readDriver(`${folder}-moved`), undefined);
    Deno.renameSync(`${folder}-moved`, folder);
    assertEquals(readDriver(folder), got);
    Deno.truncateSync(`${folder}/lib/libvulkan_lvp.so`, 1000);
    assertEquals(readDriver(folder), undefined);
  }));

/** An archive that is Debian's, but for files whose path fits: those are other bytes. */
function forged(path: RegExp): { address: string; asked: string[]; close: () => Promise<void> } {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const real = archive + pathname.slice("/debian".length);
    if (!path.test(pathname)) return Response.redirect(real, 302);
    asked.push(pathname);
    const bytes = new Uint8Array(await (await fetch(real)).arrayBuffer());
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    return new Response(bytes);
  });
  return { address: `http://127.0.0.1:${server.addr.port}/debian`, asked, close: () => server.shutdown() };
}

for (const [what, path] of [["list", /\/InRelease$/], ["package", /\/libvulkan1_.*\.deb$/]] as const) {
  Deno.test(
    { name: `newer driver: a ${what} that is not what Debian signed is refused`, ignore: !reachable },
    () =>
      inFolder(async (cache) => {
        const server = forged(path);
        const got = await fetchDriver({ cache, note: () => {}, archive: server.address });
        await server.close();
        assert(server.asked.length > 0);
        assertMatch(String(got), /^it could not be downloaded: /);
        assertEquals(names(`${cache}/driver`), []);
      }),
  );
}

Deno.test(
  { name: "newer driver: an archive out of reach leaves nothing behind", ignore: !reachable },
  () =>
    inFolder(async (cache) => {
      const got = await fetchDriver({ cache, note: () => {}, archive: "http://127.0.0.1:9/debian" });
      assertMatch(
        String(got),
        /^it could not be downloaded: Failed to fetch http:\/\/127\.0\.0\.1:9\/debian/,
      );
      assertEquals(names(`${cache}/driver`), []);
    }),
);

/** What the system's driver compiles: it takes half a minute, so that these tests share it. */
const compiled = { MESA_SHADER_CACHE_DIR: Deno.makeTempDirSync() };
addEventListener("unload", () => Deno.removeSync(compiled.MESA_SHADER_CACHE_DIR, { recursive: true }));

const slowSystem = parseInt(installedMesa() ?? String(fastMesa)) < fastMesa;

Deno.test({
  name: "newer driver: where it cannot be had the system's is used, with a line",
  ignore: !slowSystem,
}, () =>
  inFolder(async (cache) => {
    // It failed within the last day.
    Deno.mkdirSync(`${cache}/ms-darts/driver`, { recursive: true });
    const failure = { reason: "it rains", at: Date.now() };
    Deno.writeTextFileSync(`${cache}/ms-darts/driver/failed.json`, JSON.stringify(failure));
    const { code, stdout, stderr } = await asUser("npx -y deno task -q doctor", {
      env: { XDG_CACHE_HOME: cache, ...compiled },
    });
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, `Mesa ${installedMesa()}`);
    assertStringIncludes(
      stderr,
      `Mesa ${fastMesa} or newer may compute up to four times as fast as an older one, but it rains (npx -y deno task setup tries again).\n`,
    );
  }));

const icds = "/usr/share/vulkan/icd.d";
const icd = slowSystem ? names(icds).find((name) => name.startsWith("lvp_icd")) : undefined;

for (const [name, value] of [["MS_DARTS_DRIVER", ofSystem], ["VK_DRIVER_FILES", `${icds}/${icd}`]] as const) {
  Deno.test(
    { name: `newer driver: ${name}=${value} leaves it out`, ignore: icd === undefined },
    () =>
      inFolder(async (cache) => {
        const env = { XDG_CACHE_HOME: cache, ...compiled, [name]: value };
        const { code, stdout, stderr } = await asUser("npx -y deno task -q doctor", { env });
        assertEquals([code, names(cache).includes("ms-darts")], [0, false], stderr);
        assertStringIncludes(stdout, `Mesa ${installedMesa()}`);
      }),
  );
}
