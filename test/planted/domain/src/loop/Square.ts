import { two } from "./Shape.ts"

export const area = (): unknown => two
