import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { advice } from "../../src/setup/choose_driver.ts";
import { archiveIn, packageVersion, readDistribution } from "../../src/setup/debian.ts";
import { deno } from "./spawn.ts";

const debian = { id: "debian", codename: "bookworm", debianLike: true };

Deno.test("archive: from a one-line source, of the release and not of its updates", () => {
  const text = "# main\ndeb-src http://src.test/debian bookworm main\n" +
    "deb http://security.test/ bookworm-security main\n" +
    "deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib\n";
  assertEquals(archiveIn(["", text], "bookworm"), "http://mirror.test/debian");
  assertEquals(archiveIn([text], "trixie"), undefined);
});

Deno.test("archive: Debian's own before one of others that has the release's name", () => {
  const other = "deb https://packages.test/artifactory/deb bookworm main\n";
  const own = "Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm\nComponents: main\n";
  assertEquals(archiveIn([other, own], "bookworm"), "http://mirror.test/debian");
  const unusual = "deb http://mirror.test/packages bookworm main\n";
  assertEquals(archiveIn([unusual], "bookworm"), "http://mirror.test/packages");
});

Deno.test("archive: from a deb822 source that is in use", () => {
  const source = (more: string) =>
    `Types: deb\n# a comment\nURIs: http://mirror.test/debian http://second.test\n${more}Components: main\n` +
    "Signed-By:\n -----BEGIN\n .\n abc\n\n" +
    "Types: deb\nURIs: http://security.test/\nSuites: bookworm-security\nComponents: main\n";
  assertEquals(
    archiveIn([source("Suites: bookworm bookworm-updates\n")], "bookworm"),
    "http://mirror.test/debian",
  );
  assertEquals(
    archiveIn([source("Suites: bookworm-updates bookworm\n")], "bookworm"),
    "http://mirror.test/debian",
  );
  assertEquals(archiveIn([source("Suites: bookworm-updates\n")], "bookworm"), undefined);
  assertEquals(archiveIn([source("Suites: bookworm\nEnabled: no\n")], "bookworm"), undefined);
  assertEquals(archiveIn([source("Suites: bookworm\n").replace("deb", "deb-src")], "bookworm"), undefined);
});

Deno.test("distribution: Debian, a relative, another, none", () => {
  const read = (text: string) => readDistribution(text);
  assertEquals(read('ID=debian\nVERSION_CODENAME=bookworm\nNAME="Debian"\n'), debian);
  assertEquals(read('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_CODENAME=virginia\n').debianLike, true);
  assertEquals(read("ID=fedora\n"), { id: "fedora", codename: "", debianLike: false });
  assertEquals(read(""), { id: "unknown", codename: "", debianLike: false });
});

Deno.test("advice: what to install, by system", () => {
  const linux = (id: string, debianLike = false) => advice("linux", { id, codename: "", debianLike });
  assertStringIncludes(linux("ubuntu", true), "sudo apt-get install mesa-vulkan-drivers libvulkan1");
  assertStringIncludes(linux("fedora"), "sudo dnf install mesa-vulkan-drivers vulkan-loader");
  assertStringIncludes(linux("arch"), "sudo pacman -S vulkan-swrast");
  assertStringIncludes(linux("void"), "Vulkan loader");
  assertStringIncludes(advice("darwin", readDistribution("")), "Metal");
  assertStringIncludes(advice("windows", readDistribution("")), "Direct3D 12");
});

Deno.test("driver: the version of an installed package only", () => {
  const status = "Package: a\nStatus: deinstall ok config-files\nVersion: 1\n\n" +
    "Package: b\nStatus: install ok installed\nArchitecture: all\nVersion: 2-1\n";
  assertEquals([packageVersion(status, "a"), packageVersion(status, "b"), packageVersion(status, "c")], [
    undefined,
    "2-1",
    undefined,
  ]);
});

Deno.test({
  name: "process: no adapter and no way to install one is exit 3, with what to do",
  ignore: Deno.build.os !== "linux",
}, async () => {
  // No driver is visible, and without the permission to run apt-get nothing can be installed.
  const permissions = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
  const { code, stdout, stderr } = await deno(["run", "--quiet", ...permissions, "pipelines/doctor.ts"], {
    DENO_WEBGPU_BACKEND: "vulkan",
    VK_DRIVER_FILES: "/nonexistent",
    VK_ICD_FILENAMES: "/nonexistent",
  });
  assertEquals([code, stdout], [3, ""]);
  assertStringIncludes(stderr, "error: No WebGPU adapter");
  assert(/install|driver/.test(stderr));
});
