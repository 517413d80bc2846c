import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readDistribution } from "../../src/setup/apt.ts";
import { backportsSource } from "../../src/setup/apt_sources.ts";
import { packageVersion } from "../../src/setup/driver.ts";
import { advice } from "../../src/setup/vulkan.ts";
import { deno } from "./spawn.ts";

const debian = { id: "debian", codename: "bookworm", debianLike: true };

Deno.test("backports: from a one-line source, with its options", () => {
  const text = "# main\ndeb-src http://mirror.test/debian bookworm main\n" +
    "deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib\n" +
    "deb http://security.test/ bookworm-security main\n";
  assertEquals(backportsSource([{ name: "sources.list", text }], "bookworm"), {
    name: "ms-darts-backports.list",
    text: "deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm-backports main\n",
  });
});

Deno.test("backports: from a deb822 source, with its key", () => {
  const text =
    "Types: deb\n# a comment\nURIs: http://mirror.test/debian\nSuites: bookworm bookworm-updates\n" +
    "Components: main\nSigned-By:\n -----BEGIN\n .\n abc\n\n" +
    "Types: deb\nURIs: http://security.test/\nSuites: bookworm-security\nComponents: main\n";
  assertEquals(backportsSource([{ name: "debian.sources", text }], "bookworm"), {
    name: "ms-darts-backports.sources",
    text: "Types: deb\nURIs: http://mirror.test/debian\nSuites: bookworm-backports\nComponents: main\n" +
      "Signed-By: \n -----BEGIN\n .\n abc\n",
  });
});

Deno.test("backports: none where they are configured, or the release is not", () => {
  const main = { name: "a.list", text: "deb http://mirror.test/debian bookworm main\n" };
  const backports = { name: "b.list", text: "deb http://mirror.test/debian bookworm-backports main\n" };
  assertEquals(backportsSource([main, backports], "bookworm"), undefined);
  assertEquals(backportsSource([main], "trixie"), undefined);
  const disabled = "Types: deb\nURIs: http://m.test\nSuites: bookworm\nComponents: main\nEnabled: no\n";
  assertEquals(backportsSource([{ name: "a.sources", text: disabled }], "bookworm"), undefined);
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
