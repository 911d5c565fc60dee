import { area } from "./Square.ts"

export interface Shape {
  readonly width: number
}

export const two = area
