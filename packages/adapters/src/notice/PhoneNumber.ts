/**
 * Phone numbers as networks dial them.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/mobile"

/** A Japanese mobile number in E.164 ("+819012345678"), or none where the text is no such number. */
export const e164 = (text: string): string | undefined => {
  const number = parsePhoneNumberFromString(text, "JP")
  return number?.country === "JP" && number.isValid() ? number.number : undefined
}
