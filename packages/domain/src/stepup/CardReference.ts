/**
 * Card references: how an issuer names a card to the wallet. A reference is never the card number itself (PCI DSS).
 */
import { Schema } from "effect"

/** Whether digits bear the check digit of a card number (ISO/IEC 7812-1). */
const isLuhn = (digits: string): boolean => {
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place])
    const weighed = place % 2 === 1 ? digit * 2 : digit
    sum += weighed > 9 ? weighed - 9 : weighed
  }
  return sum % 10 === 0
}

/** Whether a text is a card number, however it is spaced. */
export const isCardNumber = (text: string): boolean => {
  const digits = text.normalize("NFKC").replace(/[ -]/g, "")
  return /^\d{12,19}$/.test(digits) && isLuhn(digits)
}

/** The issuer's reference of a card: 8 to 64 letters, digits, - and _, and no card number. */
export const CardReference = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_-]{8,64}$/),
  Schema.makeFilter((text) => !isCardNumber(text) || "expected the issuer's reference, not a card number")
).pipe(Schema.brand("CardReference"))
export type CardReference = typeof CardReference.Type
