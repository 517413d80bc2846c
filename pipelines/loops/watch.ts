/** Follows a search for a method that judges its dominant eigenvalues, and keeps what a rollback needs. */
import { type DeviceTensor, isTensor, type Runner } from "../../src/gpu/mod.ts";
import { epochsBack } from "../../src/methods/eigenvalue_stop.ts";
import type { EigenvalueRow, Verdict } from "../../src/methods/mod.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { SearchProblem } from "../stages/problem.ts";

/** A search state on the host. */
type Snapshot = { readonly state: SearchState; readonly data: ReadonlyMap<keyof SearchState, Float32Array> };

export class Watch {
  #series: EigenvalueRow[] = [];
  readonly #snapshots = new Map<number, Snapshot>();
  constructor(private readonly runner: Runner) {}

  /** Whether the method of a search wants the dominant eigenvalue at the end of an epoch. */
  static wants({ config, method }: SearchProblem, epoch: number): boolean {
    return method.watch !== undefined && (epoch % config.stopEvery === 0 || epoch === config.epochs - 1);
  }

  /** A warning where the rule cannot be met in the epochs there are. */
  static warning({ config, method }: SearchProblem): string | undefined {
    const first = config.stopStart + epochsBack(config);
    if (method.watch === undefined || first < config.epochs - 1) return undefined;
    return `The eigenvalue rule is first tested in epoch ${first}, and the search ends with epoch ${
      config.epochs - 1
    }: it will run through; lower --stop-start, --stop-delta, --stop-window or --stop-every for a short search.`;
  }

  /** What the method says to the eigenvalue of an epoch, which ended in `state`. */
  async judge({ config, method }: SearchProblem, row: EigenvalueRow, state: SearchState): Promise<Verdict> {
    this.#series.push(row);
    this.#snapshots.set(row.epoch, await this.#snapshot(state));
    const oldest = row.epoch - epochsBack(config);
    for (const epoch of this.#snapshots.keys()) if (epoch < oldest) this.#snapshots.delete(epoch);
    return method.watch!(config, this.#series, config);
  }

  /** The state at the end of an epoch that was judged; later eigenvalues are forgotten. */
  rollback(epoch: number): SearchState {
    this.#series = this.#series.filter((row) => row.epoch <= epoch);
    for (const later of this.#snapshots.keys()) if (later > epoch) this.#snapshots.delete(later);
    const { state, data } = this.#snapshots.get(epoch)!;
    const uploaded = [...data].map(([name, values]) => {
      const { shape } = state[name] as DeviceTensor;
      return [name, this.runner.tensors.upload(values, shape)] as const;
    });
    return { ...state, ...Object.fromEntries(uploaded) };
  }

  async #snapshot(state: SearchState): Promise<Snapshot> {
    const names = (Object.keys(state) as (keyof SearchState)[]).filter((name) => isTensor(state[name]));
    const data = await this.runner.tensors.read(names.map((name) => state[name] as DeviceTensor));
    return { state, data: new Map(names.map((name, i) => [name, data[i]!])) };
  }
}
