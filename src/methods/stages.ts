/** What searches in several stages have in common (P-DARTS, progressive DrNAS). */

/** The epochs of a search shared out to so many stages, at least one each. */
export const epochsOfStages = (epochs: number, stages: number): number[] => {
  const until = (stage: number) => Math.floor((stage * epochs) / stages);
  return Array.from({ length: stages }, (_, s) => Math.max(1, until(s + 1) - until(s)));
};

/** Of so many operations of an edge, how many a stage of such a share has: at least two. */
export const operationsOf = (share: number) => (count: number): number =>
  Math.min(count, Math.max(2, Math.round(share * count)));

/** The numbers of a list such as "0.1,0.4,0.7"; NaN where one is missing or none. */
export const numbersIn = (list: string): number[] =>
  list.split(",").map((number) => (number.trim() === "" ? NaN : Number(number)));
