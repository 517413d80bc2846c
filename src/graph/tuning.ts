/**
 * How work is cut up for a kind of device: tiles, threads, splits and thresholds, as plain data. Operations choose
 * their kernels and splits by a node and this record alone, and so does the planner, so a plan is a pure function of
 * graph, limits and tuning. Two records give the same results but for the rounding of sums, whose order the splits set.
 *
 * A *block* is 4 neighbouring columns of a feature map, a vec4. Measurements named here are in `bench/RESULTS.md`. What
 * kernels are written around is not tuned: vec4 loads, runs of 8 neighbouring threads (a cache line or two), and how many
 * blocks or inputs an unrolled round of moments, of pointwise and of its weight gradient takes.
 */
export interface Tuning {
  /** Plans of different names may differ in the last bits of their sums. */
  readonly name: string;
  /** Of a workgroup, in kernels with no number of their own. A power of two, not below `pointwise.outputs`. */
  readonly threads: number;
  /** Workgroups that fill the device: convolutions' weight gradients are split until there are about as many. */
  readonly workgroups: number;
  /** Most workgroups of kernels whose threads go on to further elements: more threads against fewer, longer ones. */
  readonly mostGroups: { readonly elementwise: number; readonly sgd: number };
  /** Kernels that pass over maps once: threads of the ReLU's workgroups, and blocks that any of them gives a thread. */
  readonly stream: { readonly threads: number; readonly blocks: number };

  /**
   * Depthwise convolutions: a thread walks down a band of rows of a strip of columns, through some images. Much for each
   * thread saves reads at the borders and the loading of filters; many threads fill the device.
   */
  readonly depthwise: {
    /** Blocks of the widest rows that are one strip: what the registers of a thread hold. 0: rows are never whole. */
    readonly wholeStrip: number;
    /** Blocks in the strips of wider rows. */
    readonly strip: number;
    /** Threads of one call worth having, before one gets more to do. */
    readonly threads: number;
    /** Output rows that make starting a thread worth it: several small planes, or a band of a large one. */
    readonly rows: number;
    /** Rows up to which a thread of a weight gradient gets more where there are threads enough: it writes sums once. */
    readonly weightRows: number;
  };

  /** Pointwise convolutions: matrix products over columns. */
  readonly pointwise: {
    /** Most inputs, and outputs at a time, of the kernel that holds its filters in registers: 4, 8, 16, … */
    readonly held: number;
    /** Blocks of one of its workgroups, about. */
    readonly heldSpan: number;
    /** Most outputs of a thread of the kernel for more inputs (4, 8, 16, …), and its blocks: loads against registers. */
    readonly outputs: number;
    readonly blocks: number;
    /** Floats of filters that a workgroup of it keeps in workgroup memory, of which WebGPU promises 4096. */
    readonly staged: number;
    /** Floats of the largest map that the planner makes of the inputs of several products: at most a binding. */
    readonly joined: number;
  };
  readonly pointwiseWeight: {
    /** Few, since their tiles are added up in the end; not fewer than a quarter of `sums`. */
    readonly threads: number;
    /** Largest tile of a thread (4, 8, 16, …): what is loaded serves a row or a column of it, as far as registers go. */
    readonly outputs: number;
    readonly inputs: number;
    /** Sums of a thread that are added up at a time (a power of two): the workgroup memory of `threads` times as many. */
    readonly sums: number;
    /** Blocks that are worth a thread, before the columns are split over more workgroups. */
    readonly blocks: number;
  };

  /** Weighted sums of maps. */
  readonly combine: {
    /** Blocks of a thread in the kernel for many terms, which share the cost of finding a term. */
    readonly blocks: number;
    /** Most terms of the kernel that keeps the scales in registers: a pipeline for each number of them. */
    readonly few: number;
    /** Blocks of a workgroup of that kernel, about: they share the cost of finding the scales. */
    readonly fewSpan: number;
  };

  /** Sums over whole channels, a workgroup each, whose threads' sums one thread adds up: that must not count. */
  readonly channel: {
    /** Of channels of fewer than `manyBlocks`, and of others. */
    readonly fewThreads: number;
    readonly threads: number;
    readonly manyBlocks: number;
    /** Dots that one workgroup computes: y is read once for them, but each takes registers. */
    readonly dots: number;
  };

  /**
   * Rows that a thread of a pooling or unfolding computes (at stride 1; of the scatter times the stride). More share more
   * reads, but take longer to compile and need more registers.
   */
  readonly rows: {
    readonly pool: number;
    readonly maxPoolScatter: number;
    /** At most 4. */
    readonly avgPoolGrad: number;
    readonly unfold: number;
  };

  /** Sums over axes of dense tensors. */
  readonly sum: {
    /** Longer ones are split into parts of `part` elements, at most `parts` of them: workgroups against a second step. */
    readonly longest: number;
    readonly part: number;
    readonly parts: number;
    /** Elements of the largest tensors that are added up in one step, however many. */
    readonly together: number;
  };

  /** Programs: calls of few elements that one workgroup runs one after the other, instead of a dispatch each. */
  readonly program: {
    /** Elements, read or written, up to which a call costs less there than a dispatch. */
    readonly elements: number;
    /** One wave of the device, or a part of it, so that the barriers between calls are cheap. */
    readonly threads: number;
    /** Floats of the dense tensors that lie where programs reach them, in one chunk: it has to be one binding. */
    readonly small: number;
  };

  /** Time for memory: maps that are computed again for their late readers. */
  readonly recompute: {
    /** Bytes of the arena above which a plan recomputes, where no limit is given. */
    readonly above: number;
    /** How often it is tried: each round sees what the last one made of the schedule. */
    readonly rounds: number;
    /** Dispatches between two uses of a map that make it worth while: the second computation itself lives for a few. */
    readonly gap: number;
    /** Calls in a row that are computed again for one map: a separable convolution is two. */
    readonly chain: number;
    /** Cost of moving a float, in floating-point operations. */
    readonly flopPerFloat: number;
  };

  /** Dispatches of a command buffer at most: drivers keep what belongs to one until it is done, or kill a long one. */
  readonly submit: number;
  /** Dispatches of the plans that are loaded together up to which each has a bind group of its own. */
  readonly bindGroups: number;
}

/** For a driver that computes on the CPU: measured with Mesa 25 and 26 (llvmpipe), on two cores. */
export const software: Tuning = {
  name: "software",
  threads: 64,
  workgroups: 64,
  mostGroups: { elementwise: 1024, sgd: 4096 },
  stream: { threads: 256, blocks: 4 },
  // 32 columns are a strip: the rows of CIFAR-10. 28 rows are a plane of Fashion-MNIST, or two or four of it halved. Other
  // strips, rows and threads: 0.92 to 1.07 of the time, within noise.
  depthwise: { wholeStrip: 8, strip: 4, threads: 256, rows: 28, weightRows: 112 },
  // Held up to 16 (was 8), and 4 blocks a thread (were 2), for Mesa 26. 8 outputs: 1.09 and 1.16 of the time.
  pointwise: { held: 16, heldSpan: 512, outputs: 16, blocks: 4, staged: 4096, joined: 2 ** 24 },
  // Other tiles: 0.80 to 1.34 of the kernel's time.
  pointwiseWeight: { threads: 32, outputs: 16, inputs: 8, sums: 64, blocks: 32 },
  combine: { blocks: 8, few: 3, fewSpan: 1024 },
  // Fewer threads: 0.99 to 1.00 of the step.
  channel: { fewThreads: 32, threads: 64, manyBlocks: 4096, dots: 4 },
  rows: { pool: 4, maxPoolScatter: 2, avgPoolGrad: 4, unfold: 4 },
  sum: { longest: 16384, part: 4096, parts: 256, together: 65536 },
  // A dispatch takes some 25 µs. Other numbers of elements: 1.01 to 1.03; twice as many small floats: 1.01.
  program: { elements: 2048, threads: 32, small: 65536 },
  // Maps are read and written at some 10 GB/s and computed at 20 GFLOP/s.
  recompute: { above: 2.4e9, rounds: 4, gap: 16, chain: 3, flopPerFloat: 8 },
  // The driver makes shared bindings of a dispatch anew, and has those of a command buffer at a time. Its bind groups have a
  // memory mapping each, of which a process has 65,530 by default: with more it dies.
  submit: 4096,
  bindGroups: 8192,
};
