/**
 * Safetensors (https://github.com/huggingface/safetensors): 8 bytes little-endian length of the header, the
 * header as JSON from tensor name to dtype, shape and data_offsets, then the data.
 */
export * from "./safetensors_read.ts";
export * from "./safetensors_write.ts";
export * from "./tensor.ts";
