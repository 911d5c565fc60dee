/**
 * Contact values and names, as people type them and as they are compared.
 */
import { Schema } from "effect"
import { expect, test } from "vitest"
import * as Contact from "../../src/account/Contact.ts"

const isEmail = Schema.is(Contact.Email)
const isPhone = Schema.is(Contact.Phone)
const isKana = Schema.is(Contact.KanaName)

test.each([
  ["taro@example.jp", true],
  ["Taro.Yamada+wallet@mail.example.co.jp", true],
  [`${"a".repeat(64)}@example.jp`, true],
  [`${"a".repeat(65)}@example.jp`, false],
  [`a@${"b".repeat(250)}.jp`, false],
  ["taro", false],
  ["taro@", false],
  ["@example.jp", false],
  ["taro@example.jp ", false],
  ["ta ro@example.jp", false],
  ["taro@@example.jp", false],
  ["taro@-example.jp", false],
  ["taro@example.jp\n", false],
  ["", false]
])("whether %j is an e-mail address: %s", (typed, is) => expect(isEmail(typed)).toBe(is))

test.each([
  ["Taro@Example.JP", "taro@example.jp"],
  ["ｔａｒｏ@example.jp", "taro@example.jp"]
])("%s is written %s", (typed, written) => expect(Contact.email(typed)).toBe(written))

test.each([
  ["09012345678", true],
  ["06012345678", true],
  ["０９０－１２３４－５６７８", true],
  ["+81 90-1234-5678", true],
  ["05012345678", false],
  ["02012345678", false],
  ["0312345678", false],
  ["0901234567", false],
  ["090123456789", false],
  ["+8109012345678", false],
  [`09012345678${" ".repeat(30)}x`, false],
  ["", false]
])("whether %j is a mobile number: %s", (typed, is) => expect(isPhone(typed)).toBe(is))

test.each([
  ["ヤマダ タロウ", true],
  ["ﾔﾏﾀﾞ ﾀﾛｳ", true],
  ["やまだ たろう", true],
  ["スミス JOHN", true],
  ["山田 太郎", false],
  ["ア".repeat(60), true],
  ["ア".repeat(61), false],
  [`ヤマダ${" ".repeat(200)}x`, false],
  ["-", false],
  [".", false],
  ["", false]
])("whether %j is a name in kana: %s", (typed, is) => expect(isKana(typed)).toBe(is))

test.each([
  ["やまだ　たろう", "ヤマダ タロウ"],
  ["シャア・アズナブル", "シヤア アズナブル"],
  ["ﾒｱﾘｰ", "メアリ-"],
  ["ヶゕゖヵ", "ケカケカ"],
  [" john ", "JOHN"]
])("%s is written %s", (typed, written) => expect(Contact.kanaName(typed)).toBe(written))

test("marks and spaces do not tell names apart", () => {
  expect(Contact.kanaKey("カ）ヤマダ・タロウ")).toBe(Contact.kanaKey("ｶ)ﾔﾏﾀﾞ ﾀﾛｳ"))
  expect(Contact.kanaKey("メアリー")).toBe("メアリ")
})
