/** The parts of d3 the figures use, typed here once. */
// @ts-types="@types/d3-array"
export { extent, max, min, range } from "d3-array";
// @ts-types="@types/d3-format"
export { format } from "d3-format";
// @ts-types="@types/d3-interpolate"
export { interpolateLab, piecewise } from "d3-interpolate";
// @ts-types="@types/d3-scale"
export { scaleLinear, scaleLog } from "d3-scale";
// @ts-types="@types/d3-shape"
export { curveBumpX, curveBumpY, line } from "d3-shape";
