/**
 * Safetensors files: named tensors, as PyTorch and others read and write them.
 *
 * ```ts
 * import { deepEqual } from "node:assert/strict";
 * import { readSafetensors, writeSafetensors } from "@ms-darts/ms-darts/io";
 *
 * const path = await Deno.makeTempFile({ suffix: ".safetensors" });
 * const x = { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } as const;
 * writeSafetensors(path, new Map([["x", x]]), { made: "by hand" });
 * const { tensors, metadata } = readSafetensors(path);
 * deepEqual([tensors.get("x"), metadata["made"]], [x, "by hand"]);
 * await Deno.remove(path);
 * ```
 *
 * @module
 */
export * from "./safetensors.ts";
