import { assertEquals } from "deno-std/assert";
import { packTar, type TarHeader } from "modern-tar";
import { readArchive } from "../../src/data/archive.ts";
import { gzip, inFolder } from "../data/files.ts";
import { fuzz, survives } from "./fuzz.ts";

const wanted = new Set(["data_batch_1.bin", "test_batch.bin"]);
const path = Deno.makeTempFileSync({ suffix: ".tar.gz" });
globalThis.addEventListener("unload", () => Deno.removeSync(path));

function read(bytes: Uint8Array, most?: number): Promise<Map<string, Uint8Array>> {
  Deno.writeFileSync(path, bytes);
  return readArchive(path, wanted, most);
}

type Member = Partial<TarHeader> & { readonly name: string; readonly body?: Uint8Array };
const pack = async (...members: readonly Member[]): Promise<Uint8Array> =>
  new Uint8Array(
    await packTar(members.map(({ body, ...header }) => ({
      header: { size: body?.length ?? 0, type: "file", ...header },
      ...(body === undefined ? {} : { body }),
    }))),
  );

const body = new Uint8Array(600).fill(7);
const tar = await pack({ name: "cifar/data_batch_1.bin", body }, { name: "cifar/readme.html", body });

/** Sums the checksum of every block that looks like a header anew. */
function sealed(bytes: Uint8Array): Uint8Array {
  const repaired = bytes.slice();
  for (let at = 0; at + 512 <= repaired.length; at += 512) {
    const header = repaired.subarray(at, at + 512);
    if (header[0] === 0 || header[0] === 7) continue;
    header.fill(0x20, 148, 156);
    const sum = header.reduce((a, b) => a + b, 0);
    new TextEncoder().encodeInto(sum.toString(8).padStart(6, "0") + "\0 ", header.subarray(148));
  }
  return repaired;
}

fuzz("tar, plain or gzipped", {
  samples: [tar, gzip(tar)],
  words: [
    "x",
    "g",
    "L",
    "1",
    "2",
    "5",
    "77777777777",
    Uint8Array.of(0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  ],
  seal: (bytes) => bytes.length % 2 === 0 ? sealed(bytes) : gzip(sealed(bytes)),
  share: 0.5,
  names: path,
  read,
});

Deno.test("fuzz: tar: members that point out of the folder write nothing and follow no link", () =>
  inFolder(async (folder) => {
    const outside = `${folder}/outside`;
    Deno.writeTextFileSync(outside, "secret");
    const found = await read(
      await pack(
        { name: "../../data_batch_1.bin", body },
        { name: `${folder}/test_batch.bin`, body },
        { name: "data_batch_1.bin", type: "symlink", linkname: outside },
        { name: "test_batch.bin", type: "link", linkname: outside },
        { name: "data_batch_1.bin", type: "fifo" },
      ),
    );
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["outside"]);
    assertEquals(found, new Map([["data_batch_1.bin", body], ["test_batch.bin", body]]));
  }));

const zeros = new Uint8Array(1e7);
for (
  const [what, bytes] of [
    ["10 MB of zeros", gzip(zeros)],
    ["a member of 10 MB", gzip(await pack({ name: "data_batch_1.bin", body: zeros }))],
    ["an unwanted member of 10 MB", gzip(await pack({ name: "other", body: zeros }))],
    ["zeros behind its end", gzip(Uint8Array.from([...tar, ...new Uint8Array(5e6)]))],
  ] as const
) {
  Deno.test(`fuzz: tar: ${what} in a gzip, with a limit of 1 MB`, async () => {
    const refusal = await survives(() => read(bytes, 1e6), path);
    assertEquals(refusal, `Cannot read the archive ${path}: it unzips to more than 1000000 bytes.`);
  });
}

Deno.test("fuzz: tar: a member that claims 8 GB", async () => {
  const lying = tar.slice();
  new TextEncoder().encodeInto("77777777777", lying.subarray(124));
  await survives(() => read(sealed(lying)), path);
});
