/** Safetensors files: named tensors, as PyTorch and others read and write them. */
export * from "./safetensors.ts";
