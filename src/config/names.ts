/** The names a user may give, from the registries that own them. */
import { spaces } from "../spaces/mod.ts";

export const spaceNames = spaces.map((space) => space.name);
export const methodNames = ["darts", "ms-darts"] as const;
export const variantNames = ["default", "reference", "paper"] as const;
export const presetNames = ["quick", "tiny", "cifar10-small", "cifar10", "cifar100"] as const;
