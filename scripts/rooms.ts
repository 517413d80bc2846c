/**
 * The rooms of the house, from the top down: imports point downwards in this list, which `tests/house_test.ts` checks.
 * A new room is an entry here; the table and the picture of `docs/architecture.md` are made from it.
 */

/** What a room is for: its colour in the picture. */
export type Area = "commands" | "around" | "search" | "engine";

export interface Room {
  /** Its folder. */
  readonly name: string;
  readonly area: Area;
  /** What lies there. */
  readonly holds: string;
  /** The same in a few words, for the picture. */
  readonly short: string;
  /** The file to read first, in the folder. */
  readonly first: string;
}

const room = (area: Area, name: string, holds: string, short: string, first: string): Room => ({
  name,
  area,
  holds,
  short,
  first,
});

export const rooms: readonly Room[] = [
  room(
    "around",
    "bench",
    "`bench-step`, `bench-peers`, `model`, timings of kernels; nothing imports from it",
    "timings",
    "steps.ts",
  ),
  room(
    "commands",
    "pipelines",
    "the commands, one file each; the rooms below it are what they are made of",
    "the commands",
    "search.ts",
  ),
  room("commands", "pipelines/cache", "what the cache holds", "what is kept", "contents.ts"),
  room(
    "commands",
    "pipelines/study",
    "the runs of a study, what is kept of each, and the table that judges them",
    "arms and their seeds",
    "records.ts",
  ),
  room(
    "commands",
    "pipelines/watching",
    "the server of live pages, and what it reads of runs while they are written",
    "live pages of runs",
    "server.ts",
  ),
  room(
    "commands",
    "pipelines/launchers",
    "what starts the runs of a comparison: children of this process, or a cluster",
    "starts the runs",
    "launcher.ts",
  ),
  room(
    "commands",
    "pipelines/comparison",
    "runs of several methods side by side",
    "methods side by side",
    "runs.ts",
  ),
  room(
    "commands",
    "pipelines/exporting",
    "from a trained network to a folder that other tools use",
    "from runs to other tools",
    "source.ts",
  ),
  room(
    "commands",
    "pipelines/landscape",
    "the loss around the alphas of a finished run",
    "the loss around alphas",
    "scan.ts",
  ),
  room(
    "commands",
    "pipelines/needs",
    "what is known before a run: the memory it needs, and whether it has enough steps",
    "memory, warnings",
    "foresee.ts",
  ),
  room(
    "commands",
    "pipelines/strategies",
    "the ways from steps to a cell: drawn, gradient, staged, best of, selection, pruned, weight sharing",
    "from steps to a cell",
    "mod.ts",
  ),
  room(
    "commands",
    "pipelines/prediction",
    "what a trained network says of images, and how right it is",
    "uses what is trained",
    "classifier.ts",
  ),
  room(
    "commands",
    "pipelines/training",
    "the training of a found network",
    "trains what is found",
    "network.ts",
  ),
  room(
    "commands",
    "pipelines/algorithm",
    "the search itself, algorithm 2, and its epochs",
    "the search itself",
    "search.ts",
  ),
  room(
    "commands",
    "pipelines/run",
    "a run on disk: its directory and log, stops, recovery from a failed device",
    "a run on disk",
    "run.ts",
  ),
  room(
    "commands",
    "pipelines/checkpoint",
    "what a checkpoint contains, and which run it belongs to",
    "saves and resumes",
    "keeper.ts",
  ),
  room(
    "commands",
    "pipelines/stages",
    "the pure functions of the steps, one file each",
    "one step, one file",
    "problem.ts",
  ),
  room(
    "around",
    "src/cli",
    "flags, help, progress, exit codes, and how errors are shown",
    "flags, help, progress",
    "main.ts",
  ),
  room(
    "around",
    "src/config",
    "the definition of every setting, and the presets",
    "settings, presets",
    "schema.ts",
  ),
  room(
    "around",
    "src/exporting",
    "a trained network in the formats of other tools: ONNX, PyTorch, model card",
    "models for other tools",
    "model.ts",
  ),
  room(
    "around",
    "src/tensorboard",
    "event files for TensorBoard beside a run's logs",
    "event files",
    "follower.ts",
  ),
  room("around", "src/report", "the report, its figures and tables", "pages and figures", "report.ts"),
  room(
    "around",
    "src/setup",
    "choosing and fetching a driver, so that there is an adapter",
    "gets an adapter",
    "choose_driver.ts",
  ),
  room("around", "src/doctor", "testing an adapter", "tests an adapter", "self_test.ts"),
  room(
    "search",
    "src/methods",
    "the search methods, each as its differences from DARTS",
    "DARTS and relatives",
    "method.ts",
  ),
  room(
    "search",
    "src/curvature",
    "Hessian-vector products, the whole Hessian, Lanczos, eigenvalues",
    "Hessian of the alphas",
    "hvp.ts",
  ),
  room(
    "search",
    "src/training",
    "what a training step of a network computes, as a graph",
    "training step",
    "step_graphs.ts",
  ),
  room(
    "search",
    "src/search",
    "alphas and mean shift; what a step of each kind computes, as graphs",
    "steps as graphs",
    "step_graphs.ts",
  ),
  room(
    "search",
    "src/benchmarks",
    "published tables of trained cells, and lookups in them",
    "tables of trained cells",
    "mod.ts",
  ),
  room(
    "search",
    "src/network",
    "supernet, evaluation network, genotypes, discretization, counts",
    "supernets, genotypes",
    "supernet.ts",
  ),
  room("search", "src/spaces", "the search spaces, as data", "spaces as data", "space.ts"),
  room(
    "search",
    "src/nn",
    "candidate operations, layers, parameters and their names",
    "layers, operations",
    "candidates.ts",
  ),
  room("search", "src/optim", "optimisers and schedules", "optimisers", "sgd.ts"),
  room(
    "engine",
    "src/gpu",
    "the device, its shader pipelines and tensors; runs plans",
    "runs plans",
    "program.ts",
  ),
  room(
    "engine",
    "src/model",
    "how long the dispatches of a plan take on a device that is not there",
    "estimates plans",
    "estimate.ts",
  ),
  room(
    "engine",
    "src/plan",
    "from graph to plan: fusion, scheduling, memory",
    "graph to plan",
    "compile.ts",
  ),
  room(
    "engine",
    "src/gradient",
    "from a graph to its gradient, again a graph",
    "graph to graph",
    "gradient.ts",
  ),
  room(
    "engine",
    "src/graph",
    "tensor expressions as values; one file for each operation",
    "expressions as values",
    "node.ts",
  ),
  room("engine", "shaders", "kernels in WGSL, one file each", "kernels", "pointwise.wgsl"),
  room(
    "around",
    "src/data",
    "data sets: finding, reading and decoding images",
    "reads images",
    "dataset.ts",
  ),
  room("around", "src/io", "files, checkpoints, safetensors, locks", "files", "files.ts"),
  room(
    "around",
    "src",
    "what all rooms may use, such as errors, settings in messages, random keys",
    "what all may use",
    "errors.ts",
  ),
];
