/**
 * Zengin kana: names as banks write them, what is refused, cutting to a field, and how near two names are.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { kanaKey } from "../../src/account/Contact.ts"
import {
  canonical,
  CharacterNotAllowed,
  isAllowed,
  legalForms,
  likeness,
  truncated
} from "../../src/bank/ZenginKana.ts"

test.each([
  ["ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"],
  ["やまだ たろう", "ﾔﾏﾀﾞ ﾀﾛｳ"],
  ["ドゥ ヴァーヨーコ", "ﾄﾞｳ ｳﾞｱ-ﾖ-ｺ"],
  ["シュンスケ ハットリ", "ｼﾕﾝｽｹ ﾊﾂﾄﾘ"],
  ["ﾍﾟｰﾊﾟｰ", "ﾍﾟ-ﾊﾟ-"],
  ["カヲル", "ｶｵﾙ"],
  ["ヱツコ", "ｴﾂｺ"],
  ["john smith", "JOHN SMITH"],
  ["（株）キャノン・ジャパン", "ｶ)ｷﾔﾉﾝ ｼﾞﾔﾊﾟﾝ"],
  ["株式会社　キャノン", "ｶ)ｷﾔﾉﾝ"],
  ["ヤマダ 株式会社", "ﾔﾏﾀﾞ(ｶ"],
  ["ヤマダ㈲", "ﾔﾏﾀﾞ(ﾕ"],
  ["ヤマダ株式会社トウキョウ", "ﾔﾏﾀﾞ(ｶ)ﾄｳｷﾖｳ"],
  ["ヤマダ株式会社トウキョウ営業所", "ﾔﾏﾀﾞ(ｶ)ﾄｳｷﾖｳ(ｴｲ"],
  ["一般社団法人ミライ", "ｼﾔ)ﾐﾗｲ"],
  ["医療法人社団ミライ", "ｲ)ﾐﾗｲ"],
  ["カ)ヤマダ", "ｶ)ﾔﾏﾀﾞ"]
])("%s is written %s in the name of a person", (text, written) => {
  expect(canonical(text, "personName")).toEqual(Result.succeed(written))
  expect(canonical(written, "personName")).toEqual(Result.succeed(written))
})

test.each([
  ["山田", "personName", "山"],
  ["株式会社ヤマダ有限会社", "personName", "有"],
  ["ヤマダ,タロウ", "personName", ","],
  ["ヷ", "personName", "\u3099"],
  ["゛ア", "personName", "\u3099"],
  ["アッ゚", "personName", "\u309a"],
  ["A/B", "personName", "/"],
  ["カブ(シキ", "bankName", "("],
  ["ダイ イチ", "bankName", " "],
  ["INV,1", "ediInfo", ","],
  ["株式会社", "ediInfo", "株"]
] as const)("%s in %s is refused for %s", (text, field, character) =>
  expect(canonical(text, field)).toEqual(Result.fail(new CharacterNotAllowed({ character, field })))
)

test("free text takes what no name does", () =>
  expect(canonical("「inv」/￥1.ヲ", "ediInfo")).toEqual(Result.succeed("｢INV｣/\\1.ｦ")))

test("no field takes small kana, the long mark, or more than one character", () => {
  for (const character of [..."ｧｨｩｪｫｬｭｮｯｰ｡､･,a山", "ｱｲ", ""])
    for (const field of ["bankName", "personName", "ediInfo"] as const) expect(isAllowed(character, field)).toBe(false)
})

test("every kana that Unicode narrows is written as `uconv` and `nkf` do, each mark of voicing a byte of its own", () =>
  expect(canonical("アイウエオカガキギクグケゲコゴハバパヒビピフブプヘベペホボポンヴ", "personName")).toEqual(
    Result.succeed("ｱｲｳｴｵｶｶﾞｷｷﾞｸｸﾞｹｹﾞｺｺﾞﾊﾊﾞﾊﾟﾋﾋﾞﾋﾟﾌﾌﾞﾌﾟﾍﾍﾞﾍﾟﾎﾎﾞﾎﾟﾝｳﾞ")
  ))

test.each([
  ["ﾔﾏﾀﾞ", 4, "ﾔﾏﾀﾞ"],
  ["ﾔﾏﾀﾞ", 3, "ﾔﾏ"],
  ["ﾔﾏﾀﾞ", 2, "ﾔﾏ"],
  ["ﾊﾟ", 1, ""],
  ["ﾊﾟ", 0, ""],
  ["ﾊ", 5, "ﾊ"]
])("%s cut to %i bytes is %j", (written, bytes, cut) => expect(truncated(written, bytes)).toBe(cut))

test.each([
  ["ヤマダ タロウ", "ﾔﾏﾀﾞﾀﾛｳ", "equal"],
  ["メアリー", "ﾒｱﾘ-", "equal"],
  ["カヲル", "ｶｵﾙ", "similar"],
  ["ミヂカ", "ﾐｼﾞｶ", "similar"],
  ["アイヅ", "ｱｲｽﾞ", "similar"],
  ["ヤマダ", "ﾔﾏﾀ", "different"],
  ["ヤマダ タロウ", "ﾔﾏﾀﾞ", "different"],
  ["", "", "different"],
  ["-", ".", "different"]
])("%s and %s are %s", (one, other, near) => {
  expect(likeness(one, other)).toBe(near)
  expect(likeness(other, one)).toBe(near)
})

test("the key of comparison is what earlier releases recorded hashes of", () => {
  expect(kanaKey("ﾔﾏﾀﾞ ﾀﾛｳ")).toBe("ヤマダタロウ")
  expect(kanaKey("メアリー・スミス (株)")).toBe("メアリスミス株")
  expect(kanaKey("カヲル ヅ")).toBe("カヲルヅ")
})

test("a form that is part of another stands behind it", () => {
  for (const [n, [form]] of legalForms.entries())
    for (const [earlier] of legalForms.slice(0, n)) expect(form.includes(earlier)).toBe(false)
})
