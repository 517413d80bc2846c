/** Files that a user names may be anything: what is read of them ends, and says why where it does not begin. */
import { assertEquals } from "deno-std/assert";
import { readData, readIfThere, readJson, readReason, readText, readTextIfThere } from "../../src/io/read.ts";
import { assertDataError, inFolder } from "../data/files.ts";

const most = 1000;
const read = (path: string): string => readText(path, { most });

const refusal = (path: string): string => {
  try {
    return `read: ${read(path)}`;
  } catch (cause) {
    return readReason(cause);
  }
};

const little = (text: string) => [...text].flatMap((letter) => [letter.charCodeAt(0), 0]);

Deno.test("readText() heeds and drops byte-order marks", () =>
  inFolder((folder) => {
    const bytes: [name: string, bytes: number[]][] = [
      ["plain", [0x7b, 0x7d]],
      ["utf-8", [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
      ["utf-16le", [0xff, 0xfe, ...little("{}")]],
      ["utf-16be", [0xfe, 0xff, 0, 0x7b, 0, 0x7d]],
    ];
    for (const [name, content] of bytes) {
      Deno.writeFileSync(`${folder}/${name}`, new Uint8Array(content));
      assertEquals(read(`${folder}/${name}`), "{}", name);
    }
  }));

Deno.test("readText() reads a text as long as the limit, and refuses one byte more", () =>
  inFolder((folder) => {
    const path = `${folder}/text`;
    Deno.writeTextFileSync(path, "a".repeat(most));
    assertEquals(read(path).length, most);
    Deno.writeTextFileSync(path, "a".repeat(most + 1));
    assertEquals(refusal(path), "it is longer than 1,000 bytes");
    // 8 GB on paper.
    Deno.truncateSync(path, 2 ** 33);
    assertEquals(refusal(path), "it is longer than 1,000 bytes");
  }));

Deno.test("readText() refuses what is no file", () =>
  inFolder((folder) => {
    assertEquals(refusal(folder), "it is a folder");
    assertEquals(refusal(`${folder}/nothing`), "there is no such file");
    if (Deno.build.os === "windows") return;
    for (const device of ["/dev/zero", "/dev/urandom", "/dev/null"]) {
      assertEquals(refusal(device), "it is a device, not a file", device);
    }
  }));

const shell = (words: string) => new Deno.Command("sh", { args: ["-c", words], stdin: "null" });

Deno.test({
  name: "readText() reads a pipe once and to its end, and does not wait for one that nobody writes to",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const pipe = `${folder}/pipe`;
      await shell(`mkfifo '${pipe}'`).output();
      assertEquals(refusal(pipe), "it is a pipe that nobody writes to");
      const writer = shell(`(printf one; sleep 0.3; printf two) > '${pipe}'`).spawn();
      assertEquals(read(pipe), "onetwo");
      assertEquals(read(pipe), "onetwo");
      await writer.status;
      const endless = `${folder}/endless`;
      await shell(`mkfifo '${endless}'`).output();
      const yes = shell(`exec yes > '${endless}'`).spawn();
      assertEquals(refusal(endless), "it is longer than 1,000 bytes");
      await yes.status;
    }),
});

Deno.test("readText() takes standard input by its names", async () => {
  const program = `import { readText } from "${new URL("../../src/io/read.ts", import.meta.url)}";
    const [path] = Deno.args;
    console.log(readText(path, { most: 10 }) + readText(path, { most: 10 }));`;
  const names = Deno.build.os === "windows" ? ["-"] : ["-", "/dev/stdin", "/dev/fd/0"];
  for (const name of names) {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-read",
        "--ext=ts",
        "data:text/typescript," + encodeURIComponent(program),
        name,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const input = child.stdin.getWriter();
    await input.write(new TextEncoder().encode("ab"));
    await input.close();
    const { stdout, stderr } = await child.output();
    assertEquals(new TextDecoder().decode(stdout), "abab\n", new TextDecoder().decode(stderr));
  }
});

Deno.test("files that are read whole are refused where no array of bytes holds them", () =>
  inFolder((folder) => {
    const path = `${folder}/file`;
    Deno.writeTextFileSync(path, "");
    Deno.truncateSync(path, 2 ** 40);
    for (const read of [readData, readIfThere, readTextIfThere, readJson]) {
      assertDataError(() => read(path), path, "it is longer than");
    }
  }));
