import { assertAlmostEquals, assertEquals } from "deno-std/assert";
import { countNetwork, countSupernet, supernetMacs } from "../../src/network/count.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { publishedGenotypes, type PublishedName } from "../../src/network/darts/published.ts";
import { supernet } from "../../src/network/supernet.ts";
import { countParameters, stateDict } from "../../src/nn/state_dict.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import published from "./published_counts.json" with { type: "json" };

// Numbers of the reference implementations (PyTorch): parameters at 36 channels, 20 cells and 10 classes;
// parameters at 16 channels, 8 cells and 100 classes; millions of multiply-adds of the former, which were summed
// in single precision: some are a few hundred multiply-adds off.
for (const [name, [large, small, macs]] of Object.entries(published) as [PublishedName, number[]][]) {
  Deno.test(`counts of ${name} are the published ones`, () => {
    const genotype = publishedGenotypes[name];
    const counted = countNetwork(genotype, { channels: 36, layers: 20, classes: 10 });
    assertEquals(counted.parameters, large);
    assertAlmostEquals(counted.macs / 1e6, macs!, 0.006);
    assertEquals(countNetwork(genotype, { channels: 16, layers: 8, classes: 100 }).parameters, small);
  });
}

Deno.test("every published genotype has reference counts", () => {
  assertEquals(Object.keys(publishedGenotypes).sort(), Object.keys(published).sort());
});

Deno.test("counts at 16 channels, 20 cells, 10 classes", () => {
  const wanted = {
    c10_s5_ms: 845562,
    c10_s1_ms: 677626,
    c10_s2_ms: 928442,
    c10_s3_ms: 762810,
    c10_s4_ms: 1007738,
    DARTS_V1: 671034,
    DARTS_V2: 710682,
    SNAS: 559802,
  };
  const got = Object.keys(wanted).map((name) => {
    const { parameters } = countNetwork(publishedGenotypes[name as PublishedName], {
      channels: 16,
      layers: 20,
      classes: 10,
    });
    return [name, parameters];
  });
  assertEquals(Object.fromEntries(got), wanted);
});

Deno.test("the auxiliary head adds 476426 parameters, which do not count", () => {
  const { layout } = evaluationNetwork(publishedGenotypes.DARTS_V2, {
    channels: 36,
    layers: 20,
    classes: 10,
    auxiliary: true,
  });
  const all = layout.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  assertEquals(all - countParameters(layout), 476426);
  assertEquals(countParameters(layout), 3349342);
});

// Supernets at 16 channels and 8 cells: parameters with 10 and with 100 classes, alphas, state dict entries.
const supernets: [string, number, number, number, number][] = [
  ["s1", 405146, 428276, 56, 824],
  ["s2", 665466, 688596, 56, 1274],
  ["s3", 665466, 688596, 84, 1274],
  ["s4", 624506, 647636, 56, 1194],
  ["s5", 1930618, 1953748, 224, 4186],
  ["s5-7", 1930618, 1953748, 196, 4186],
];
for (const [name, ten, hundred, alphas, entries] of supernets) {
  Deno.test(`supernet ${name}: parameters, alphas and state dict entries`, () => {
    const space = spaceByName(name);
    const size = { channels: 16, layers: 8, classes: 10 };
    assertEquals(countSupernet(space, size), { parameters: ten, alphas });
    assertEquals(countSupernet(space, { ...size, classes: 100 }), { parameters: hundred, alphas });
    assertEquals(stateDict(supernet(space, size).layout).length, entries);
  });
}

Deno.test("supernet s5 at other sizes", () => {
  const sizes = [[16, 20, 4548730], [36, 8, 8477398], [8, 5, 394210], [4, 3, 72854], [2, 3, 28464]] as const;
  for (const [channels, layers, wanted] of sizes) {
    assertEquals(countSupernet(spaceByName("s5"), { channels, layers, classes: 10 }).parameters, wanted);
  }
});

Deno.test("multiply-adds of a supernet are those of all its operations: of NAS-Bench-201 by the networks of each", () => {
  const size = { channels: 8, layers: 6, classes: 10 };
  const everywhere = (operation: string) => {
    const [a, b, c, d, e, f] = [0, 0, 1, 0, 1, 2].map((from) => `${operation}~${from}`);
    return countNetwork({ arch: `|${a}|+|${b}|${c}|+|${d}|${e}|${f}|` }, size, 16).macs;
  };
  const net = supernet(spaceByName("nasbench201"), size);
  const want = everywhere("nor_conv_3x3") + everywhere("nor_conv_1x1") - everywhere("none");
  assertEquals(supernetMacs(net, { height: 16, width: 16 }), want);
  // A quarter of the channels, a sixteenth of the multiply-adds on edges.
  const quarter = supernet(spaceByName("nasbench201"), size, { partialChannels: 4 });
  assertEquals(
    supernetMacs(quarter, { height: 16, width: 16 }),
    everywhere("none") + (want - everywhere("none")) / 16,
  );
});
