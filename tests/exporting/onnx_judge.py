"""Judges ONNX files by Debian's onnx: prints of each, as JSON, what it takes and gives."""

import json
import sys

import onnx


def shape(value):
    kind = value.type.tensor_type
    sizes = [size.dim_param or size.dim_value for size in kind.shape.dim]
    return [value.name, onnx.TensorProto.DataType.Name(kind.elem_type), sizes]


judgements = []
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    judgements.append([shape(model.graph.input[0]), shape(inferred.graph.output[0])])
print(json.dumps(judgements))
