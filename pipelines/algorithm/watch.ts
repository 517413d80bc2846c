/** Follows a search for a method that judges its dominant eigenvalues, and keeps what a rollback needs. */
import { z } from "zod";
import type { Runner } from "../../src/gpu/mod.ts";
import { epochsBack } from "../../src/methods/eigenvalue_stop.ts";
import type { EigenvalueRow, Verdict } from "../../src/methods/mod.ts";
import type { SearchState } from "../../src/search/state.ts";
import { type HostState, toDevice, toHost } from "../checkpoint/host_state.ts";
import { count } from "../checkpoint/schemas.ts";
import { searchStateSchema } from "../checkpoint/search_schemas.ts";
import type { SearchProblem } from "../stages/problem.ts";

/** What a watch has seen. */
export interface Watched {
  readonly series: readonly EigenvalueRow[];
  /** The states at the ends of the latest epochs that were judged. */
  readonly snapshots: readonly { readonly epoch: number; readonly state: HostState<SearchState> }[];
}

export const watchedSchema = (problem: SearchProblem): z.ZodType<Watched> =>
  z.strictObject({
    series: z.array(z.strictObject({ epoch: count, value: z.number() })),
    snapshots: z.array(z.strictObject({ epoch: count, state: searchStateSchema(problem) })),
  });

export class Watch {
  static readonly nothing: Watched = { series: [], snapshots: [] };
  #watched: Watched;
  constructor(private readonly runner: Runner, watched: Watched) {
    this.#watched = watched;
  }

  get kept(): Watched {
    return this.#watched;
  }

  /** Whether the method of a search wants the dominant eigenvalue at the end of an epoch. */
  static wants({ config, method }: SearchProblem, epoch: number): boolean {
    return method.watch !== undefined && (epoch % config.stopEvery === 0 || epoch === config.epochs - 1);
  }

  /** What the method says to the eigenvalue of an epoch, which ended in `state`. */
  async judge({ config, method }: SearchProblem, row: EigenvalueRow, state: SearchState): Promise<Verdict> {
    const oldest = row.epoch - epochsBack(config);
    const { series, snapshots } = this.#watched;
    this.#watched = {
      series: [...series, row],
      snapshots: [
        ...snapshots.filter(({ epoch }) => epoch >= oldest),
        { epoch: row.epoch, state: await toHost(this.runner, state) },
      ],
    };
    return method.watch!(config, this.#watched.series, config);
  }

  /** The state at the end of an epoch that was judged; later eigenvalues are forgotten. */
  rollback(epoch: number): SearchState {
    const upTo = (row: { readonly epoch: number }) => row.epoch <= epoch;
    const { series, snapshots } = this.#watched;
    this.#watched = { series: series.filter(upTo), snapshots: snapshots.filter(upTo) };
    return toDevice(this.runner, this.#watched.snapshots.find((snapshot) => snapshot.epoch === epoch)!.state);
  }
}
