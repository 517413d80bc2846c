/** Pickles of CIFAR batches, byte for byte in the way Python 2 wrote the published ones. */

/** A batch: `labels` under `labelKey`, and `data` as an array [images, 3072] of bytes. */
export function pickleBatch(labelKey: string, labels: readonly number[], data: Uint8Array): Uint8Array {
  const out: number[] = [0x80, 2, 0x7d, 0x28]; // PROTO 2, EMPTY_DICT, MARK
  const raw = (text: string) => out.push(...new TextEncoder().encode(text));
  const short = (text: string) => (out.push(0x55, text.length), raw(text)); // SHORT_BINSTRING
  short(labelKey);
  out.push(0x5d, 0x71, 1, 0x28, ...labels.flatMap((label) => [0x4b, label]), 0x65); // EMPTY_LIST BINPUT MARK … APPENDS
  short("data");
  raw("cnumpy.core.multiarray\n_reconstruct\n");
  raw("cnumpy\nndarray\n");
  out.push(0x4b, 0, 0x85); // 0, TUPLE1
  short("b");
  const images = data.length / 3072;
  out.push(0x87, 0x52, 0x28, 0x4b, 1, 0x4b, images, 0x4d, 0, 12, 0x86); // TUPLE3 REDUCE MARK 1 (images, 3072) TUPLE2
  raw("cnumpy\ndtype\n");
  short("u1");
  out.push(0x4b, 0, 0x4b, 1, 0x87, 0x52, 0x28, 0x4b, 3); // 0 1 TUPLE3 REDUCE MARK 3
  short("|");
  out.push(0x4e, 0x4e, 0x4e, 0x4a, 255, 255, 255, 255, 0x4a, 255, 255, 255, 255, 0x4b, 0, 0x74, 0x62); // TUPLE BUILD
  out.push(0x89, 0x54, data.length & 255, data.length >> 8, 0, 0, ...data); // NEWFALSE, BINSTRING
  out.push(0x74, 0x62, 0x75, 0x2e); // TUPLE BUILD SETITEMS STOP
  return Uint8Array.from(out);
}
