/** Gradients of graphs, as graphs. */
export { gradient } from "./gradient.ts";
