/** Moves states between device and host: turns the tensors in a record into arrays, or back, and leaves plain values. */
import { type DeviceTensor, isTensor, type Runner } from "../../src/gpu/mod.ts";

/** A state whose tensors are on the host. All tensors of states are vectors of floats. */
export type HostState<State> = {
  readonly [K in keyof State]: State[K] extends DeviceTensor ? Float32Array : State[K];
};

/** Reads all tensors of a state in one transfer. */
export async function toHost<State extends object>(runner: Runner, state: State): Promise<HostState<State>> {
  const tensors = Object.entries(state).filter((entry): entry is [string, DeviceTensor] =>
    isTensor(entry[1])
  );
  const data = await runner.tensors.read(tensors.map(([, tensor]) => tensor));
  const read = tensors.map(([name], i) => [name, data[i]!]);
  return { ...state, ...Object.fromEntries(read) } as HostState<State>;
}

/** Uploads the vectors of a state. */
export function toDevice<State extends object>(runner: Runner, state: HostState<State>): State {
  const uploaded = Object.entries(state).map(([name, value]) => [
    name,
    value instanceof Float32Array ? runner.tensors.upload(value, [value.length]) : value,
  ]);
  return Object.fromEntries(uploaded) as State;
}
