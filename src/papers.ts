/** The publications behind the methods, spaces and benchmarks: each once, with the address it has at arXiv. */

/** A publication. */
export interface Paper {
  /** Authors and year, as prose names it: "Liu et al. 2019". */
  readonly cite: string;
  /** In full. */
  readonly title: string;
  /** At arXiv. */
  readonly url: string;
}

/** Where a method is described; `section` says where in the paper: "section 3.2", "algorithm 1". */
export interface Source extends Paper {
  /** Absent where all of it does. */
  readonly section?: string;
}

const paper = (cite: string, title: string, arxiv: string): Paper => ({
  cite,
  title,
  url: `https://arxiv.org/abs/${arxiv}`,
});

/** By the name that the field calls each. */
export const papers = {
  msDarts: paper(
    "Hsieh et al. 2021",
    "MS-DARTS: Mean-Shift Based Differentiable Architecture Search",
    "2108.09996",
  ),
  darts: paper("Liu, Simonyan & Yang 2019", "DARTS: Differentiable Architecture Search", "1806.09055"),
  robustDarts: paper(
    "Zela et al. 2020",
    "Understanding and Robustifying Differentiable Architecture Search",
    "1909.09656",
  ),
  smoothDarts: paper(
    "Chen & Hsieh 2020",
    "Stabilizing Differentiable Architecture Search via Perturbation-based Regularization",
    "2002.05283",
  ),
  pcDarts: paper(
    "Xu et al. 2020",
    "PC-DARTS: Partial Channel Connections for Memory-Efficient Architecture Search",
    "1907.05737",
  ),
  pDarts: paper(
    "Chen et al. 2019",
    "Progressive Differentiable Architecture Search: Bridging the Depth Gap between Search and Evaluation",
    "1904.12760",
  ),
  gdas: paper(
    "Dong & Yang 2019",
    "Searching for a Robust Neural Architecture in Four GPU Hours",
    "1910.04465",
  ),
  snas: paper("Xie et al. 2019", "SNAS: Stochastic Neural Architecture Search", "1812.09926"),
  sgas: paper("Li et al. 2020", "SGAS: Sequential Greedy Architecture Search", "1912.00195"),
  dartsMinus: paper(
    "Chu et al. 2021",
    "DARTS-: Robustly Stepping out of Performance Collapse Without Indicators",
    "2009.01027",
  ),
  fairDarts: paper(
    "Chu et al. 2020",
    "Fair DARTS: Eliminating Unfair Advantages in Differentiable Architecture Search",
    "1911.12126",
  ),
  betaDarts: paper(
    "Ye et al. 2022",
    "β-DARTS: Beta-Decay Regularization for Differentiable Architecture Search",
    "2203.01665",
  ),
  gaea: paper(
    "Li et al. 2021",
    "Geometry-Aware Gradient Algorithms for Neural Architecture Search",
    "2004.07802",
  ),
  lambdaDarts: paper(
    "Movahedi et al. 2023",
    "Λ-DARTS: Mitigating Performance Collapse by Harmonizing Operation Selection among Cells",
    "2210.07998",
  ),
  dartsPt: paper("Wang et al. 2021", "Rethinking Architecture Selection in Differentiable NAS", "2108.04392"),
  drnas: paper("Chen et al. 2021", "DrNAS: Dirichlet Neural Architecture Search", "2006.10355"),
  isDarts: paper(
    "He et al. 2024",
    "IS-DARTS: Stabilizing DARTS through Precise Measurement on Candidate Importance",
    "2312.12648",
  ),
  randomSearch: paper(
    "Li & Talwalkar 2019",
    "Random Search and Reproducibility for Neural Architecture Search",
    "1902.07638",
  ),
  nasbench201: paper(
    "Dong & Yang 2020",
    "NAS-Bench-201: Extending the Scope of Reproducible Neural Architecture Search",
    "2001.00326",
  ),
  nasbench1shot1: paper(
    "Zela, Siems & Hutter 2020",
    "NAS-Bench-1Shot1: Benchmarking and Dissecting One-shot Neural Architecture Search",
    "2001.10422",
  ),
} as const satisfies Record<string, Paper>;
