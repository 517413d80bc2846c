import { assertEquals, assertRejects } from "deno-std/assert";
import { crc32c } from "../../src/io/crc32c.ts";
import { maskedCrc32c, readTfrecords } from "../../src/io/tfrecord.ts";
import { UserError } from "../../src/errors.ts";
import { encodeTfrecords } from "../benchmarks/nasbench101_file.ts";

async function read(bytes: Uint8Array): Promise<Uint8Array[]> {
  const path = Deno.makeTempFileSync({ suffix: ".tfrecord" });
  try {
    Deno.writeFileSync(path, bytes);
    const records: Uint8Array[] = [];
    for await (const record of readTfrecords(path)) records.push(record.slice());
    return records;
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("crc32c: the published check value and the vectors of RFC 3720", () => {
  assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
});

Deno.test("maskedCrc32c: the first bytes of every TensorBoard event file are 18 00… a3 7f 4b 22", () => {
  assertEquals(maskedCrc32c(Uint8Array.of(0x18, 0, 0, 0, 0, 0, 0, 0)), 0x224b7fa3);
});

Deno.test("readTfrecords: empty, small and large records come back, across chunks of the file", async () => {
  const lengths = [0, 5, 1_048_560, 1, 3_000_000, 0, 700_000, 700_000];
  const records = lengths.map((length, k) => Uint8Array.from({ length }, (_, i) => i * 31 + k));
  const back = await read(encodeTfrecords(records));
  assertEquals(back.map((record) => record.length), lengths);
  back.forEach((record, i) => assertEquals(crc32c(record), crc32c(records[i]!)));
  assertEquals(await read(new Uint8Array()), []);
});

Deno.test("readTfrecords: any changed byte and any cut is a data error that names the record", async () => {
  const whole = encodeTfrecords([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
  const second = 3 + 16;
  for (let at = 0; at < whole.length; at++) {
    const changed = whole.slice();
    changed[at]! ^= 0x40;
    const record = at < second ? 1 : 2;
    const error = await assertRejects(() => read(changed), UserError, `record ${record}, at byte`);
    assertEquals(error.exitCode, 4);
    if (at === 0 || at === second) continue;
    const cut = at < second ? 1 : 2;
    await assertRejects(() => read(whole.subarray(0, at)), UserError, `record ${cut}, at byte`);
  }
  assertEquals((await read(whole.subarray(0, second))).length, 1);
});

Deno.test("readTfrecords: what is wrong, in words", async () => {
  const whole = encodeTfrecords([Uint8Array.of(1, 2, 3)]);
  await assertRejects(() => read(whole.subarray(0, 7)), UserError, "the file ends inside its length");
  await assertRejects(() => read(whole.subarray(0, 15)), UserError, "the file ends after 15 of its 19 bytes");
  await assertRejects(() => read(new Uint8Array(64)), UserError, "the checksum of its length is wrong");
  const huge = whole.slice();
  const view = new DataView(huge.buffer);
  view.setBigUint64(0, 1n << 50n, true);
  view.setUint32(8, maskedCrc32c(huge.subarray(0, 8)), true);
  await assertRejects(() => read(huge), UserError, "it claims 1125899906842624 bytes");
  huge.set(whole);
  huge[13]! ^= 1;
  await assertRejects(() => read(huge), UserError, "the checksum of its data is wrong");
  await assertRejects(async () => await readTfrecords("no/such").next(), UserError, "there is no such file");
});
