export const lowerCase = 1
