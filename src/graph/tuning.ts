/**
 * How work is divided for a kind of device: tiles, threads, splits and thresholds, as plain data. Operations choose
 * their kernels and splits by a node and such a record alone, and so does the planner, so that a plan is a pure function
 * of graph, limits and tuning. Two records give the same results but for the rounding of sums, whose order splits set.
 *
 * A *block* is 4 neighbouring columns of a feature map, a vec4. What kernels are written around is not tuned: vec4 loads,
 * and how many blocks or inputs an unrolled round takes in moments, in pointwise and in its weight gradient.
 *
 * The record of the software driver, which computes on the CPU, also declares the type of all records. It was measured
 * with Mesa 25 and 26 (llvmpipe) on two cores, see `bench/RESULTS.md`.
 */
export const software = {
  /** Plans of different names may differ in the last bits of their sums. */
  name: "software",
  /** Of a workgroup, in kernels with no number of their own. A power of two, not below `pointwise.outputs`. */
  threads: 64,
  /**
   * Neighbouring threads whose blocks lie in a row: what the device computes at once, and a cache line or two. Twice as
   * many as it computes at once take twice the time, and half as many too. A divisor of all numbers of threads.
   */
  lanes: 8,
  /** Workgroups that fill the device: pointwise weight gradients are split until there are about as many. */
  workgroups: 64,
  /** Below so many workgroups for all of its outputs a product's threads have fewer outputs each, down to 4. */
  fewestWorkgroups: 1,
  /** Most workgroups of kernels whose threads go on to further elements: more threads against fewer, longer ones. */
  mostGroups: { elementwise: 1024, sgd: 4096 },
  /** Kernels that pass over maps once: threads of the ReLU's workgroups, and blocks that any of them gives a thread. */
  stream: { threads: 256, blocks: 4 },

  /**
   * Depthwise convolutions: a thread walks down a band of rows of a strip of columns, through some images. Much for each
   * thread saves reads at the borders and the loading of filters; many threads fill the device. Other numbers than these:
   * 0.92 to 1.07 of the time, within noise.
   */
  depthwise: {
    /** Blocks of the widest rows that are one strip: what the registers of a thread hold. 0: rows are never whole. */
    wholeStrip: 8,
    /** Blocks in the strips of wider rows. */
    strip: 4,
    /** Threads of one call worth having, before one gets more to do. */
    threads: 256,
    /** Output rows that are worth a thread: a plane of Fashion-MNIST, two or four of it halved, a band of a large one. */
    rows: 28,
    /** Rows up to which a thread of a weight gradient gets more where there are threads enough: it writes sums once. */
    weightRows: 112,
    /**
     * Whether a workgroup of a weight gradient has one channel, so that it adds up its threads' sums in workgroup memory
     * and writes one: for many threads. Otherwise each thread writes its own.
     */
    reduce: false,
    /**
     * Largest filters, and dilations, of the kernel that has all up to there, so that calls of different ones share a
     * dispatch: 0.8 of the dispatches of a small network. With 0 each filter has a kernel of its own.
     */
    together: { kernel: 5, dilation: 2 },
  },

  /** Pointwise convolutions: matrix products over columns. */
  pointwise: {
    /** Most inputs, and outputs at a time, of the kernel that holds its filters: 4, 8, 16, … (8 before Mesa 26). */
    held: 16,
    /** Blocks of one of its workgroups, about. */
    heldSpan: 512,
    /** Most outputs of a thread of the kernel for more inputs: a multiple of 4. 16: 1.15 to 1.3 of the time. */
    outputs: 40,
    /** Floats that such a thread sums up in: loads against registers. Half and twice: 1.1 to 1.4 of the time. */
    sums: 320,
    /** Most blocks of it, so many loads of x for each of w. */
    blocks: 4,
    /** Floats of filters that a workgroup of it has at most, by fewer outputs where there are many inputs. */
    staged: 4096,
    /** Floats of these in workgroup memory at a time, of which WebGPU promises 4096. */
    chunk: 4096,
    /** The least it takes for them; `chunk` is this times a power of two. One size: fewer pipelines. */
    least: 4096,
    /** Floats of the largest map made of the inputs of several products: half of what the smallest devices bind. */
    joined: 2 ** 24,
  },
  pointwiseWeight: {
    /** Few, since their tiles are added up in the end; not fewer than a quarter of `sums`. */
    threads: 32,
    /** Largest tile of a thread (4, 8, 16, …): a value loaded serves a row or column. Others: 1.01 to 1.7 of the time. */
    outputs: 16,
    inputs: 8,
    /** Sums of a thread that are added up at a time (a power of two): workgroup memory of `threads` times as many. */
    sums: 64,
    /** Blocks that are worth a thread, before the columns are split over more workgroups. */
    blocks: 32,
  },
  /**
   * The same with neighbouring threads on neighbouring inputs, where there are at least `lanes` of them: a value of dy is
   * one for all these threads, which a processor reads at a fifth of the cost of one for each.
   */
  pointwiseWeightInputs: {
    /** Most outputs of a thread. */
    outputs: 40,
    /** Floats that a thread sums up in: more of them take seconds to compile. 0: the device reads no faster so. */
    sums: 128,
    /** Blocks that are worth a workgroup. */
    blocks: 128,
  },
  /** The same by tiles of workgroups, which bring each value into workgroup memory once; instead of the two above. */
  pointwiseWeightTiles: {
    /** Threads along each side of a tile, and blocks at a time. 0: workgroup memory is no faster than the rest. */
    side: 0,
    /** Most sums of a thread along outputs and inputs each: reads of the maps against registers. */
    sums: 4,
    /** Workgroups that are enough, and blocks that are worth one: their tiles are added up in the end. */
    workgroups: 64,
    blocks: 32,
  },

  /** Dense convolutions, whose taps lie in workgroup memory: a thread computes rows of a block of some outputs. */
  convolution: {
    /** Most outputs of a thread (4, 8, 16, …), which a value of x loaded serves. 8: 1.2 of the time. */
    outputs: 16,
    /** Floats that a thread sums up in: 256 take twice the time. */
    sums: 128,
    /** The same of a transposed convolution that strides, whose pixels come in pairs: 128 take up to 1.2 of the time. */
    pairedSums: 256,
    /** Most rows of a thread, which share rows of x. */
    rows: 4,
    /** Floats of taps in workgroup memory, of which WebGPU promises 4096. */
    staged: 4096,
  },
  convolutionWeight: {
    /** A power of two. Few, since their sums are added up in the end. */
    threads: 32,
    /** Floats that a thread sums up in: outputs, inputs and taps of its tile. */
    sums: 144,
    /** Blocks of a thread's strip. */
    blocks: 2,
    /** Items of work that are enough, before one is a band of rows instead of all. */
    enough: 32,
    /** Rows that are worth such a band, for each row of x that it shares with the next. */
    rows: 2,
    /** Items that are worth a thread, before they are split over more workgroups. */
    items: 2,
    /** Floats of sums in workgroup memory, of which WebGPU promises 4096. */
    staged: 4096,
  },

  /** Weighted sums of maps. */
  combine: {
    /** Blocks of a thread in the kernel for many terms, which share the cost of finding a term. */
    blocks: 8,
    /** Most terms of the kernel that keeps the scales in registers: a pipeline for each number of them. */
    few: 3,
    /** Blocks of a workgroup of that kernel, about: they share the cost of finding the scales. */
    fewSpan: 1024,
  },

  /**
   * Sums over whole channels, a workgroup each, whose threads' sums one thread adds up, which must not count: threads
   * where a channel has fewer than `manyBlocks`, and where not. Fewer threads: 0.99 to 1.00 of the step.
   */
  channel: {
    /** Workgroups that are enough, up to which channels are split into ranges. 1: they never are. */
    workgroups: 1,
    fewThreads: 32,
    threads: 64,
    manyBlocks: 4096,
    /** Dots that one workgroup computes: y is read once for them, but each takes registers. */
    dots: 4,
  },

  /**
   * Rows that a thread computes of a pooling (at stride 1) and its adjoints (of the scatter times the stride; of the
   * average at most 4), and of an unfolding; and blocks in a row of a pooling in a sum (1 with 8 rows: 1.2 of the time).
   * More share more reads, take longer to compile and need more registers.
   */
  rows: { pool: 4, pooledBlocks: 2, maxPoolScatter: 2, avgPoolGrad: 4, unfold: 4 },

  /** Sums over axes of dense tensors. */
  sum: {
    /** Longer ones are split into parts of `part` elements, at most `parts` of them: workgroups against a second step. */
    longest: 16384,
    part: 4096,
    parts: 256,
    /** Elements of the largest tensors that are added up in one step, however many. */
    together: 65536,
  },

  /** Programs: calls of few elements that one workgroup runs one after the other, instead of a dispatch each (25 µs). */
  program: {
    /** Elements, read or written, up to which a call costs less there than a dispatch. Others: 1.01 to 1.03. */
    elements: 2048,
    /** One wave of the device, or a part of it, so that the barriers between calls are cheap. */
    threads: 32,
    /** Elements that a thread reads at once. */
    together: 1,
  },

  /** Time for memory: maps that are computed again for their late readers. */
  recompute: {
    /** How often it is tried: each round sees what the last one made of the schedule. */
    rounds: 4,
    /** Dispatches between two uses of a map that make it worth while: the second computation itself lives for a few. */
    gap: 16,
    /** Calls in a row that are computed again for one map: a separable convolution is two. */
    chain: 3,
    /** Cost of moving a float in floating-point operations: maps move at some 10 GB/s and are computed at 20 GFLOP/s. */
    flopPerFloat: 8,
  },

  /**
   * Colours of maps (see `src/plan/colour.ts`): how many there are at the least, so that few dispatches write to a buffer
   * that they read, and how many where maps need as many buffers anyway. More than 3 spare next to nothing. Each has
   * memory that the others cannot use: on a CPU, whose caches see more of it then, 1.02 to 1.05 of the time for 3.
   */
  colours: { least: 1, most: 3 },
  /**
   * Where a step is cut into submits. The driver keeps the shared bindings of all `dispatches` of one until it is done,
   * and those of GPUs stop one that takes seconds. How many `seconds` a dispatch takes is its arithmetic or its memory
   * traffic, whichever is longer, at the rates of the slowest device that the record is for; nothing stops this one.
   */
  submit: { dispatches: 4096, seconds: Infinity, flopPerSecond: 20e9, bytesPerSecond: 10e9 },
  /**
   * Dispatches of the plans that are loaded together up to which each has a bind group of its own. The driver has a
   * memory mapping for each, of which a process has 65,530 by default, and dies with more; shared ones it makes anew.
   */
  bindGroups: 8192,
};

/** A record of the same keys at every depth, read-only. */
export type DeepReadonly<T> = {
  readonly [Name in keyof T]: T[Name] extends object ? DeepReadonly<T[Name]> : T[Name];
};
/** How work is cut up for a kind of device: the keys and meanings of {@link software}, other numbers. */
export type Tuning = DeepReadonly<typeof software>;
