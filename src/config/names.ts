/** The names a user may give, from the registries that own them. */
import { methods } from "../methods/mod.ts";
import { type VariantName, variants } from "../search/mean_shift.ts";
import { spaces } from "../spaces/mod.ts";

export const spaceNames = spaces.map((space) => space.name);
export const methodNames = methods.map((method) => method.name);
export const variantNames = Object.keys(variants) as VariantName[];
export const presetNames = ["quick", "tiny", "cifar10-small", "cifar10", "cifar100"] as const;
