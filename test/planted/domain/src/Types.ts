import { Shape } from "./loop/Shape.ts"

export const area = (shape: Shape): number => shape.width
export default area
