/** A trained network as an ONNX file: opset 17 and IR 8, which tools of 2022 and later read. */
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataType as DataType,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from "onnx-buf";
import { input } from "../../graph/ops/mod.ts";
import { share } from "../../graph/rewrite.ts";
import { networkMetadata, type ReadNetwork } from "../../training/network_file.ts";
import type { Normalising, OnnxFacts } from "../model.ts";
import { Constants } from "./constants.ts";
import { foldBatchNorms } from "./fold.ts";
import { type Attribute, type Initializer, OnnxGraph, type OnnxNode } from "./graph.ts";
import { imagesName, translate } from "./translate.ts";

/** ONNX 1.12: the most frequent complaint about ONNX files is that a tool is too old for them. */
const [opset, irVersion] = [17n, 8n];

/** How a network is written. */
export interface OnnxWriting extends Omit<OnnxFacts, "difference"> {
  /** Of the project. */
  readonly version: string;
  /** What else the file says: accuracy, data set, command. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The bytes of an ONNX file of a network. Its input is `images` [N, C, H, W], its output `logits` [N, classes], and N
 * is free. Constants have the names of the state dict. The graph is that of the network itself, in evaluation mode; an
 * auxiliary head is left out.
 *
 * @throws UserError (exit 2) for a network with noise
 */
export function onnxFile(
  network: ReadNetwork,
  { normalise, folded, version, metadata }: OnnxWriting,
): Uint8Array<
  ArrayBuffer
> {
  const { net, images: { channels, height, width }, classes } = network;
  const { logits } = net.build({
    images: input("images", [channels, 1, height, width]),
    parameters: input("parameters", [net.layout.parameterFloats]),
    statistics: input("statistics", [net.layout.statisticsFloats]),
    noiseKey: input("noiseKey", [2], "u32"),
    mode: "eval",
  });
  const graph = new OnnxGraph();
  const images = normalised(graph, network, normalise);
  const [shared] = share([logits]);
  const constants = new Constants(network);
  const output = translate(shared!, graph, { constants, layout: net.layout, images });
  graph.finish(output, "logits");
  if (folded) foldBatchNorms(graph);
  graph.finish("logits", "logits");
  const props = { ...networkMetadata(network), normalise, folded: String(folded), ...metadata, version };
  const model = create(ModelProtoSchema, {
    irVersion,
    opsetImport: [{ domain: "", version: opset }],
    producerName: "ms-darts",
    producerVersion: version,
    graph: {
      name: "network",
      node: graph.nodes.map(nodeProto),
      initializer: [...graph.initializers].map(([name, tensor]) => tensorProto(name, tensor)),
      input: [
        valueInfo(imagesName, normalise === "bytes" ? DataType.UINT8 : DataType.FLOAT, [
          ...[channels, height, width],
        ]),
      ],
      output: [valueInfo("logits", DataType.FLOAT, [classes.length])],
    },
    metadataProps: Object.entries(props).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

/** Adds what makes of the graph's input what the network takes; returns its name. */
function normalised(
  graph: OnnxGraph,
  { normalisation: { mean, std } }: Pick<ReadNetwork, "normalisation">,
  normalise: Normalising,
): string {
  if (normalise === "none") return imagesName;
  const most = normalise === "bytes" ? 255 : 1;
  const pixels = normalise === "bytes"
    ? graph.add("Cast", [imagesName], { to: DataType.FLOAT }, "pixels")
    : imagesName;
  const constant = (name: string, values: readonly number[]) =>
    graph.constant(name, [values.length, 1, 1], values.map((value) => most * value));
  const centred = graph.add("Sub", [pixels, constant("mean", mean)], {}, "centred");
  return graph.add("Div", [centred, constant("std", std)], {}, "normalised");
}

/** Of a value [N, …shape]. */
const valueInfo = (
  name: string,
  elemType: DataType,
  shape: readonly number[],
): MessageInitShape<typeof ValueInfoProtoSchema> => ({
  name,
  type: {
    value: {
      case: "tensorType",
      value: {
        elemType,
        shape: {
          dim: [
            { value: { case: "dimParam", value: "N" } },
            ...shape.map((size) => ({ value: { case: "dimValue" as const, value: BigInt(size) } })),
          ],
        },
      },
    },
  },
});

const nodeProto = (
  { type, name, inputs, attributes }: OnnxNode,
): MessageInitShape<typeof NodeProtoSchema> => ({
  ...{ opType: type, name, input: [...inputs], output: [name] },
  attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
});

function attributeProto(name: string, value: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === "number") return { name, type: AttributeType.INT, i: BigInt(value) };
  if ("float" in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: value.map(BigInt) };
}

const tensorProto = (
  name: string,
  { shape, data }: Initializer,
): MessageInitShape<typeof TensorProtoSchema> => ({
  name,
  dims: shape.map(BigInt),
  dataType: data instanceof Float32Array ? DataType.FLOAT : DataType.INT64,
  rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
});
