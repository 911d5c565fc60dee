/**
 * A directory of fictional banks: 9999 テスト銀行, 9998 夜間休止銀行, 9900 ゆうちょ銀行, 9997 メンテナンス銀行, 9996 最小額銀行. Only 9900
 * is a code that is given out; the others stay free.
 */
import { BankDirectory, type DirectoryEntry, type Listed, of } from "@kinchaku/domain/bank/BankDirectory"
import { Layer } from "effect"

const branches: ReadonlyArray<DirectoryEntry> = [
  { code: "001", name: "本店", kana: "ホンテン" },
  { code: "002", name: "桜", kana: "サクラ" },
  { code: "015", name: "湊", kana: "ミナト" },
  { code: "105", name: "丸の内", kana: "マルノウチ" },
  { code: "999", name: "テスト", kana: "テスト" }
]

/**
 * Branches of Japan Post Bank that published conversions lead to; 198, to which the wallet's own sample leads, is
 * none.
 */
const japanPost: ReadonlyArray<DirectoryEntry> = [
  { code: "019", name: "〇一九", kana: "ゼロイチキユウ" },
  { code: "059", name: "〇五九", kana: "ゼロゴキユウ" },
  { code: "408", name: "四〇八", kana: "ヨンゼロハチ" },
  { code: "518", name: "五一八", kana: "ゴイチハチ" }
]

/** The banks of the directory, each with its branches. */
export const banks: ReadonlyArray<Listed> = [
  { code: "9999", name: "テスト銀行", kana: "テスト", branches },
  { code: "9998", name: "夜間休止銀行", kana: "ヤカンキユウシ", branches },
  { code: "9997", name: "メンテナンス銀行", kana: "メンテナンス", branches },
  { code: "9996", name: "最小額銀行", kana: "サイシヨウガク", branches },
  { code: "9900", name: "ゆうちょ銀行", kana: "ユウチヨ", branches: japanPost }
]

/** The directory as a value. */
export const directory: BankDirectory["Service"] = of("test directory 1", banks)

export const layer: Layer.Layer<BankDirectory> = Layer.succeed(BankDirectory, directory)
