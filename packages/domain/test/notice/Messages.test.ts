import { assert, describe, it } from "vitest"
import { instant } from "../../src/calendar/JapanDate.ts"
import { type CodeFacts, codeMail, codeSms } from "../../src/notice/CodeMessages.ts"
import { clock, cut, line, segment, unlinked, yen } from "../../src/notice/Messages.ts"
import { noticeMail, noticeSms } from "../../src/notice/NoticeMessages.ts"

const common = { code: "012345", lifeMinutes: 5 }
const paying = { purpose: "payment", money: { amount: 12_345, payee: "みなと市水道局" } } as const

describe("a code", () => {
  const cases: ReadonlyArray<readonly [string, CodeFacts, string]> = [
    [
      "for a payment in Japanese",
      { ...common, ...paying, language: "ja" },
      "認証番号 012345\n支払い 12,345円 みなと市水道局\n5分間有効\n他人に教えないでください"
    ],
    [
      "for a payment in English",
      { ...common, ...paying, language: "en" },
      "Code 012345 (5 min, do not share)\nPay ¥12,345 みなと市水道局"
    ],
    [
      "for a top-up whose bank is not known",
      { ...common, purpose: "topUp", money: { amount: 1000, payee: "" }, language: "ja" },
      "認証番号 012345\nチャージ 1,000円\n5分間有効\n他人に教えないでください"
    ],
    [
      "for a purchase whose merchant has a name that is too long, and a link",
      {
        ...common,
        purpose: "cardPurchase",
        money: { amount: 30_000, payee: "ショッピングモールみなとみらい公式通販 shop.example.com" },
        language: "ja"
      },
      "認証番号 012345\nカード払い 30,000円 ショッピングモールみなとみらい公式通販 shop…\n5分間有効\n他人に教えないでください"
    ],
    [
      "for setting a password",
      { ...common, purpose: "passwordSet", language: "en" },
      "Code 012345 (5 min, do not share)\nSet password"
    ]
  ]
  it.each(cases)("%s reads as it is written down here", (_, facts, text) => {
    assert.strictEqual(codeSms(facts), text)
  })

  it("stands in a mail, and not in its subject", () => {
    assert.deepStrictEqual(codeMail({ ...common, purpose: "openingEmail", language: "ja" }), {
      subject: "認証番号のお知らせ",
      text: "認証番号 012345\nアカウント開設（メールアドレスの確認）\n5分間有効\n他人に教えないでください\n"
    })
  })
})

describe("a notice", () => {
  const facts = { at: clock(instant(Date.UTC(2026, 4, 20, 3))), contact: line("0120-000-000") }

  it("reads as it is written down here", () => {
    assert.deepStrictEqual(noticeMail("phoneChanged", "en", facts), {
      subject: "Your phone number was changed",
      text:
        "Your phone number was changed at 2026-05-20 12:00 (Japan time).\n\nIf this was not you, contact us at once.\n\n" +
        "Contact: 0120-000-000\nReplies to this address are not read.\n"
    })
    assert.strictEqual(
      noticeSms("phoneChanged", "ja", facts),
      "電話番号が変更されました\nお心当たりがなければ 0120-000-000"
    )
  })

  it("leaves out a contact for which its segment has no room", () => {
    const long = { ...facts, contact: line("お客様相談センター ".repeat(6)) }
    assert.strictEqual(noticeSms("phoneChanged", "ja", long), "電話番号が変更されました")
  })
})

describe("facts", () => {
  it("are one line each", () => {
    assert.strictEqual(line("一行目\r\n二行目\u2028\t三行目"), "一行目 二行目 三行目")
    assert.strictEqual(line("\u202e逆\u200b\u0000"), "逆")
    assert.strictEqual(line("ﾃｽﾄ㈱"), "テスト(株)")
  })

  it("are no links", () => {
    assert.strictEqual(unlinked("Tokyo Gas Co., Ltd."), "Tokyo Gas Co・, Ltd・")
    assert.strictEqual(unlinked("https://evil.example/a"), "https evil・example a")
    assert.strictEqual(unlinked("ｅｖｉｌ．example evil。example"), "evil・example evil・example")
  })

  it("are cut between characters", () => {
    assert.strictEqual(cut("👛👛👛", 6), "👛👛👛")
    assert.strictEqual(cut("👛👛👛", 5), "👛👛…")
    assert.strictEqual(cut("👛👛👛", 4), "👛…")
    assert.strictEqual(cut("👛👛👛", 2), "")
    assert.strictEqual(cut("ab cd", 4), "ab…")
  })

  it("are amounts with marks, and times in Japan", () => {
    assert.deepStrictEqual([0, 999, 1000, 1_234_567].map(yen), ["0", "999", "1,000", "1,234,567"])
    assert.strictEqual(clock(instant(Date.UTC(2026, 11, 31, 15, 4, 59))), "2027-01-01 00:04")
  })
})

describe("a segment", () => {
  it("holds 70 units", () => {
    assert.strictEqual(segment(["あ".repeat(34), "あ".repeat(35)]).length, 70)
    assert.throws(() => segment(["あ".repeat(35), "あ".repeat(35)]), RangeError)
  })
})
