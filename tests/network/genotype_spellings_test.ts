/** Genotypes as people have them: printed by other repositories, logged, saved as JSON, or left by a run. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { type Genotype, genotypeJson, readGenotype } from "../../src/network/genotype.ts";
import { cell, darts } from "./darts_cell.ts";

type Edges = typeof cell.normal;

/** The cells in Python, each edge and each list of edges as a repository writes it. */
function python(
  edge: (operation: string, node: number) => string,
  list: (edges: readonly string[]) => string,
  concat = "range(2, 6)",
): string {
  const edges = (of: Edges) => list(of.map(([operation, node]) => edge(operation, node)));
  return `Genotype(normal=${edges(cell.normal)}, normal_concat=${concat}, reduce=${edges(cell.reduce)}, ` +
    `reduce_concat=${concat})`;
}
const plain = (operation: string, node: number) => `('${operation}', ${node})`;
const weighted = (operation: string, node: number) => `('${operation}', ${node}, 0.${node + 1}3)`;
const flat = (edges: readonly string[]) => `[${edges.join(", ")}]`;
const pairs = (open: string, close: string) => (edges: readonly string[]) =>
  `[${edges.flatMap((edge, i) => i % 2 ? [`${open}${edges[i - 1]}, ${edge}${close}`] : []).join(", ")}]`;
const perNode = (of: Edges) => of.flatMap((edge, i) => i % 2 ? [[of[i - 1]!, edge]] : []);

/** The fields as a dict, with others. */
const dict = (genotype: string, more = "") =>
  `{${genotype.slice("Genotype(".length, -1).replaceAll(/(\w+)=/g, "'$1': ")}${more}}`;
const positional = python(plain, flat).replaceAll(/\w+=/g, "");
const half = positional.replace(/, (range\(2, 6\))\)$/, ", reduce_concat=$1)");

const readable: Record<string, string> = {
  "pairs by node": python(plain, pairs("[", "]")),
  "tuples by node with weights": python(weighted, pairs("(", ")")),
  "edges with weights": python(weighted, flat),
  "a dict with fields of None": dict(python(plain, pairs("(", ")")), ", 'connectN': None, 'connects': None"),
  "a dict with a name": `CELL = ${dict(darts, ",")}  # found\n`,
  "a dict in a log": `10:00 {it 3} ${dict(darts)} saved`,
  "a dict of pairs": `{"genotype": OrderedDict([${
    Object.entries(cell).map(([key, value]) => `('${key}', ${JSON.stringify(value)})`).join(", ")
  }])}`,
  "edges with the nodes they lead to": dict(
    `Genotype(${
      (["normal", "reduce"] as const).map((name) =>
        `${name}=[${
          cell[name].map(([o, n], i) => `('${o}', ${n}, ${2 + (i >> 1)})`).join(", ")
        }], ${name}_concat=range(2, 6)`
      ).join(", ")
    })`,
  ),
  "an architecture in a record": `{"arch": ${JSON.stringify(cell)}, "acc": 97.1}`,
  "an architecture's text in a record": JSON.stringify({ arch: darts, acc: 97.1 }),
  "numpy integers": python((o, n) => `('${o}', np.int64(${n}))`, flat),
  "numpy texts": python((o, n) => `(np.str_('${o}'), numpy.int32(${n}))`, flat, "np.arange(2, 6)"),
  "tensors": python((o, n) => `['${o}', tensor(${n}, device='cuda:0')]`, flat, "torch.tensor([2, 3, 4, 5])"),
  "weights with gradients": python((o, n) => `('${o}', ${n}, tensor(0.2, grad_fn=<Select>))`, flat),
  "numbers with a point": python((o, n) => `('${o}', ${n}.0)`, flat, "[2., 3., 4., 5.0e0]"),
  "arrays": python(plain, flat, "array([2, 3, 4, 5], dtype=int64)"),
  "numpy arrays": python(plain, flat, "np.array(list(range(2, 6, 1)), dtype=np.int64)"),
  "lists of ranges": python(plain, flat, "list(range(2, 6))"),
  "positional arguments": positional,
  "positional arguments and named ones": half,
  "positional arguments to the last field": positional.replace(/\)$/, ", None, connects=None)"),
  "text of Python 2": python((o, n) => `(u'${o}', ${n}L)`, flat),
  "a module's class": `best = genotypes.${darts}`,
  "a line of a log":
    `2020-01-01 10:00:00,123 INFO [main] (3) genotype = ${darts}\n2020-01-01 10:00:01 saved {}\n`,
  "the same in every epoch of a log": `epoch 1 genotype = ${darts}\nepoch #2 genotype = ${darts}\n`,
  "lines, commas and comments": `# was: Genotype(normal=[])\nX = ${
    darts.replaceAll("), (", "),  # an edge (\n  (").replace(/\)$/, ",\n)")
  }`,
  "one in a comment": `# the best: ${darts}`,
  "a definition before it":
    `class Genotype(NamedTuple):\n  pass\nGenotype = namedtuple('Genotype', 'a')\nX = ${darts}`,
  "JSON": genotypeJson(cell),
  "JSON with a byte-order mark": `\ufeff${genotypeJson(cell)}`,
  "JSON with pairs by node": JSON.stringify({
    ...cell,
    normal: perNode(cell.normal),
    reduce: perNode(cell.reduce),
  }),
  "JSON with weights": JSON.stringify({
    ...cell,
    normal: cell.normal.map((edge) => [...edge, 0.5]),
    connects: null,
  }),
  "a result": JSON.stringify({
    seed: 1,
    arch: "DARTS",
    genotype: darts,
    searches: [{ genotype: positional }],
  }),
  "an object in an object": JSON.stringify({ best: { genotype: cell }, accuracy: 0.9 }),
  "lines of JSON with one in them": `{"epoch": 1}\n${JSON.stringify({ epoch: 2, found: darts })}\n`,
};
for (const [what, text] of Object.entries(readable)) {
  Deno.test(`readGenotype() reads ${what}`, () => assertEquals(readGenotype(text, "cell.txt"), cell));
}

const spec: Genotype = {
  matrix: [[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]],
  ops: ["input", "conv1x1-bn-relu", "maxpool3x3", "output"],
};
const matrix = JSON.stringify(spec.matrix);
const ops = JSON.stringify(spec.ops).replaceAll('"', "'");
for (
  const text of [
    `ModelSpec(matrix=${matrix}, ops=${ops})`,
    `spec = api.ModelSpec(${matrix}, ${ops}, data_format='channels_last')`,
    `model_spec.ModelSpec(\n  # Edges\n  matrix=np.array(${matrix}, dtype=int),\n  ops=${ops},\n)`,
    `ModelSpec(ops=${ops}, matrix=[${spec.matrix.map((row) => `array([${row.map((n) => `${n}.`)}])`)}])`,
    `api.ModelSpec(matrix=${matrix}, ops=[INPUT, CONV1X1, MAXPOOL3X3, OUTPUT])`,
    `{'matrix': ${matrix.replaceAll("0", "False").replaceAll("1", "True")}, 'ops': ${ops}}`,
  ]
) {
  Deno.test(`readGenotype() reads ${text.slice(0, 60)}`, () =>
    assertEquals(readGenotype(text, "spec.py"), spec));
}

Deno.test("readGenotype() finds a cell of NAS-Bench-201 in a result", () => {
  const arch = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|";
  assertEquals(readGenotype(JSON.stringify({ genotype: arch, seed: 1 }), "result.json"), { arch });
  assertEquals(readGenotype(`Structure(4 nodes with ${arch})`, "log.txt"), { arch });
});

const replace = (from: string | RegExp, to: string) => darts.replace(from, to);
const refused: Record<string, readonly [text: string, message: string]> = {
  "an operation of other cells": [
    replace("sep_conv_3x3", "nor_conv_3x3"),
    "cell.txt, normal, node 2, first edge: nor_conv_3x3 is an operation of other cells than these; the nearest here is sep_conv_3x3",
  ],
  "a node with one edge": [
    python(plain, pairs("[", "]")).replace(", ('sep_conv_3x3', 1)]", "]"),
    "cell.txt, normal, node 2: it has 1 edge, but every node takes two; what it does without stands as ('none', 0)",
  ],
  "a node with three edges": [
    python(plain, pairs("[", "]")).replace("[[(", "[[('skip_connect', 0), ("),
    "cell.txt, normal, node 2: it has 3 edges, but every node takes two",
  ],
  "an edge among nodes": [
    python(plain, pairs("[", "]")).replace(
      "normal=[[('sep_conv_3x3', 0), ('sep_conv_3x3', 1)], [",
      "normal=[[('skip_connect', 0), ('skip_connect', 1)], ('skip_connect', 0), [",
    ),
    "cell.txt, normal, node 3: it is an edge, and should be a list of two, as for the first node",
  ],
  "an edge that is no pair": [
    replace("('sep_conv_3x3', 0)", "'sep_conv_3x3'"),
    '"sep_conv_3x3", and should be (operation, node)',
  ],
  "an edge of one part": [
    replace("('sep_conv_3x3', 0)", "('sep_conv_3x3',)"),
    "it is a list of 1, and should be (operation, node)",
  ],
  "an edge the wrong way round": [
    replace("('sep_conv_3x3', 0)", "(0, 'sep_conv_3x3')"),
    "its operation is 0, and should be a name",
  ],
  "a weight that is no number": [
    replace("('sep_conv_3x3', 0)", "('sep_conv_3x3', 0, 'a')"),
    'its third part is "a"',
  ],
  "half a node": [
    replace("('sep_conv_3x3', 0)", "('sep_conv_3x3', 0.5)"),
    "its node is 0.5, and should be a number from 0 to 1",
  ],
  "a node that is text": [replace("('sep_conv_3x3', 0)", "('sep_conv_3x3', '0')"), 'its node is "0"'],
  "a node that is a truth": [replace("('sep_conv_3x3', 0)", "('sep_conv_3x3', True)"), "its node is true"],
  "a variable": [
    replace(/normal=\[.*?\]/, "normal=cells[0]"),
    "line 1, column 22: there should be a comma or ), and there is [",
  ],
  "another variable": [
    replace(/normal=\[.*?\]/, "normal=gene"),
    "normal: it is the name gene, without quotes",
  ],
  "a call of a function": [
    replace("range(2, 6)", "nodes(2, 6)"),
    "nodes(…) is a call that only Python can make",
  ],
  "a cell that is text": [
    JSON.stringify({ ...cell, normal: "sep" }),
    'normal: it is "sep", and should be a list of edges',
  ],
  "a number of nodes": [
    replace("range(2, 6)", "4"),
    "normal_concat: it is 4, and should be a list of nodes, as in range(2, 6)",
  ],
  "a text among nodes": [
    replace("range(2, 6)", "[2, '3']"),
    'normal_concat: "3" is no node; they are numbered from 0 to 5',
  ],
  "a field given twice": [replace("reduce=", "normal="), "line 1, column 214: normal is given twice"],
  "too many arguments": [positional.replace(/\)$/, ", None, None, None)"), "Genotype(…) has 7 arguments"],
  "connections": [replace(/\)$/, ", connects=[1])"), "connects: there is no such field"],
  "a quote that does not end": [
    replace("'sep_conv_3x3'", "'sep_conv_3x3"),
    "line 1, column 40: there should be a comma or ), and there is sep_conv_3x3",
  ],
  "text after JSON": [`${genotypeJson(cell)}, 3`, "line 7, column 1: something comes after the last }"],
  "JSON without commas": [
    '{"normal": [["sep_conv_3x3" 0]]}',
    "line 1, column 29: there should be a comma or ], and there is 0",
  ],
  "an empty text": [" \n", "cell.txt: it is empty"],
  "other settings": ['{"seed": 1}', 'it has no field "normal" or "matrix" or "arch"'],
  "genotypes by name": [
    `A = ${darts}\nB = ${replace("skip_connect", "none")}\nC = ${positional}`,
    "there is more than one in it, 2 of them (A, B); give one of them alone",
  ],
  "genotypes of a log": [
    `genotype = ${darts}\ngenotype = ${darts.replace("skip_connect", "none")}`,
    "there is more than one in it, 2 of them (line 1, line 2)",
  ],
  "genotypes of a result": [
    JSON.stringify({ first: darts, last: darts.replace("skip_connect", "none") }),
    "there is more than one in it, 2 of them (first, last)",
  ],
  "another operation of a ModelSpec": [
    `ModelSpec(${matrix}, ['input', 'conv5x5-bn-relu', 'maxpool3x3', 'output'])`,
    'ops, vertex 1: unknown operation "conv5x5-bn-relu"; there are conv3x3-bn-relu, conv1x1-bn-relu, maxpool3x3',
  ],
  "a matrix of other numbers": [
    `ModelSpec(${matrix.replace("1", "2")}, ${ops})`,
    "matrix, row 0, column 1: it is 2, but an edge is 0 or 1",
  ],
  "a matrix of another size": [
    `ModelSpec([[0, 1], [0, 0]], ${ops})`,
    "matrix: it has 2 rows of 2 columns, and should have a row and a column for each of the 4 vertices of ops",
  ],
  "operations without input": [
    `ModelSpec([[0, 1], [0, 0]], ['maxpool3x3', 'output'])`,
    "ops: it begins with maxpool3x3",
  ],
  "an architecture that is a number": ['{"arch": 3}', "arch: it is 3, and should be a text"],
};
for (const [what, [text, message]] of Object.entries(refused)) {
  Deno.test(`readGenotype() refuses ${what} in words`, () => {
    const error = assertThrows(() => readGenotype(text, "cell.txt"), UserError);
    assert(error.message.includes(message), error.message);
    assert(!/Invalid|expected|undefined/.test(error.message), error.message);
    assertEquals(error.exitCode, 2);
  });
}
