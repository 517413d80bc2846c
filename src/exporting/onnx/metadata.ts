/** What an ONNX file says of its model: `metadata_props`. */
import { fromBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema } from "onnx-buf";
import { dataError } from "../../errors.ts";

/** The metadata of a model in a file's bytes. Throws a data error, which names the file, for what is no ONNX model. */
export function metadataOf(bytes: Uint8Array, file: string): Record<string, string> {
  const { graph, metadataProps } = parsed(bytes, file);
  if (!graph) throw dataError(`${file} is not an ONNX model: there is no graph in it.`);
  return Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]));
}

function parsed(bytes: Uint8Array, file: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw dataError(`${file} is damaged or not an ONNX model: ${(cause as Error).message}.`, { cause });
  }
}
