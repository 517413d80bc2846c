/** A trained network without its auxiliary head, which only its training needed. */
import type { SafetensorsFile } from "../io/safetensors.ts";
import { evaluationNetwork } from "../network/evaluation.ts";
import { stateDict } from "../nn/state_dict.ts";
import { networkIn } from "../training/network_file.ts";

/**
 * The file of a network without the tensors of its auxiliary head, as its metadata then say.
 *
 * @throws UserError (exit 4) for a file that is damaged or of something else
 */
export function withoutAuxiliary(file: SafetensorsFile): SafetensorsFile {
  const { net } = networkIn(file);
  const { layout } = evaluationNetwork(net.genotype, { ...net.size, auxiliary: false });
  const kept = new Set(stateDict(layout).map(({ name }) => name));
  return {
    file: file.file,
    tensors: new Map([...file.tensors].filter(([name]) => kept.has(name))),
    metadata: { ...file.metadata, auxiliary: "false" },
  };
}
