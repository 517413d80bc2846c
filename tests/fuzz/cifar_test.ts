import { readCifarBatch } from "../../src/data/cifar_batch.ts";
import { cifarLayouts } from "../../src/data/cifar_layouts.ts";
import { pickleBatch } from "../data/cifar_pickle.ts";
import { fuzz, refuses } from "./fuzz.ts";

const [binary, python, binary100] = cifarLayouts as [
  typeof cifarLayouts[0],
  typeof cifarLayouts[0],
  typeof cifarLayouts[0],
];

for (const layout of [binary, binary100]) {
  const { set: { name, labelBytes } } = layout;
  fuzz(`cifar: binary ${name}`, {
    samples: [new Uint8Array(2 * (labelBytes + 3072))],
    share: 0.25,
    names: "batch.bin",
    read: (bytes) => readCifarBatch(bytes, layout, "batch.bin"),
  });
}

const read = (bytes: Uint8Array) => readCifarBatch(bytes, python, "batch");

fuzz("cifar: pickle", {
  // Of no images first, so that damage seldom falls into pixels.
  samples: [pickleBatch("labels", [], new Uint8Array()), pickleBatch("labels", [3], new Uint8Array(3072))],
  words: [
    ...[..."()NKMJUTCXBcRbtaesuqjhr}].\x85\x86\x87\x88\x89\x8a\x8c\x8e\x93\x94\x95"].map((c) =>
      Uint8Array.of(c.charCodeAt(0))
    ),
    "cos\nsystem\n",
    "cnumpy\ndtype\n",
    "c_codecs\nencode\n",
    "cnumpy.core.multiarray\n_reconstruct\n",
    "\x8c\x06latin1",
  ],
  names: "batch",
  read,
});

/** A pickle of these parts: text as bytes, numbers as they are. */
const pickle = (...parts: (string | number | Uint8Array)[]): Uint8Array =>
  Uint8Array.from([
    0x80,
    2,
    ...parts.flatMap((part) =>
      typeof part === "number"
        ? [part]
        : [...(typeof part === "string" ? new TextEncoder().encode(part) : part)]
    ),
  ]);
const rejects = (what: string, bytes: Uint8Array, ...words: string[]) =>
  refuses(`cifar: a pickle ${what}`, "batch", () => read(bytes), ...words);

const command = "touch /tmp/ms-darts-was-here";
const [REDUCE, STOP, TUPLE1, TUPLE2] = [0x52, 0x2e, 0x85, 0x86];
const unicode = (text: string): Uint8Array => {
  const bytes = new Uint8Array(5 + text.length);
  bytes[0] = 0x58;
  new DataView(bytes.buffer).setUint32(1, text.length, true);
  new TextEncoder().encodeInto(text, bytes.subarray(5));
  return bytes;
};

rejects(
  "that calls os.system",
  pickle("cos\nsystem\n", unicode(command), TUPLE1, REDUCE, STOP),
  "os.system",
  "not allowed",
);
rejects(
  "that calls os.system by names from the stack",
  pickle(unicode("os"), unicode("system"), 0x93, unicode(command), TUPLE1, REDUCE, STOP),
  "os.system",
);
for (
  const name of [
    "builtins\neval",
    "builtins\nexec",
    "subprocess\nPopen",
    "__builtin__\n__import__",
    "numpy\nload",
  ]
) {
  rejects(
    `that names ${name.replace("\n", ".")}`,
    pickle(`c${name}\n`, STOP),
    name.replace("\n", "."),
    "not allowed",
  );
}
for (
  const [opcode, name] of [
    ["i", "INST"],
    ["o", "OBJ"],
    ["\x81", "NEWOBJ"],
    ["\x82", "EXT1"],
    ["P", "PERSID"],
    ["Q", "BINPERSID"],
  ]
) {
  rejects(`with the opcode ${name}`, pickle(opcode!.charCodeAt(0), "os\nsystem\n", STOP), "is not allowed");
}
rejects(
  "that claims a string of 2^62 bytes",
  pickle(0x8e, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 64), STOP),
  "truncated",
);
/** A list of two of a list of two of … : 40 levels in 240 bytes, 2^40 values to whoever walks it. */
const lists = pickle(
  "]q\x00",
  ...Array.from({ length: 40 }, (_, n) => Uint8Array.of(0x28, 0x68, n, 0x68, n, 0x74, 0x71, n + 1)),
);
rejects(
  "with an element type of 2^40 values",
  pickle(lists.subarray(2), "cnumpy\ndtype\n", 0x68, 40, TUPLE1, REDUCE, STOP),
  "not bytes",
);
rejects(
  "that encodes a megabyte again and again",
  pickle(
    "c_codecs\nencode\nq\x00",
    unicode("x".repeat(2 ** 20)),
    0x8c,
    6,
    "latin1",
    TUPLE2,
    "q\x01",
    ...Array.from({ length: 200 }, () => Uint8Array.of(0x68, 0, 0x68, 1, REDUCE)),
    STOP,
  ),
);
rejects(
  "that names a global of a megabyte",
  pickle(`c${"x".repeat(2 ** 20)}\nsystem\n`, STOP),
  "not allowed",
);
