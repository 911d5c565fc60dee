/**
 * Names and numbers of bank accounts: how banks write names, which names match, and which numbers are taken (BNK).
 */
import { accountNumber } from "@kinchaku/domain/bank/AccountNumber"
import { canonical, isAllowed, type Likeness, likeness, truncated } from "@kinchaku/domain/bank/ZenginKana"
import { Result } from "effect"
import * as fc from "fast-check"
import { example, invariant, validation } from "../src/Rule.ts"
import { nameParts, soundsOf, typedAs, writtenAs } from "./support/BankNames.ts"

const writing = (text: string): string => Result.getOrElse(canonical(text, "personName"), () => "refused")

// the bank's form of a name = the forms of its sounds, however it is typed
invariant("BNK-04b", "a name has one form for banks, however it is typed, and that form is its own", {
  because:
    "全銀協 character set (付録1 使用文字一覧): no small kana, no ｰ, a mark of voicing is a character of its own",
  given: { parts: nameParts() },
  covers: {
    "a small kana is typed": { atLeast: 10, when: ({ parts }) => /[ャゃｬゥｩッっｯォｫ]/.test(typedAs(parts, "one")) },
    "a voiced sound": { atLeast: 30, when: ({ parts }) => /[ﾞﾟ]/.test(writtenAs(parts)) },
    "a long mark": { atLeast: 10, when: ({ parts }) => writtenAs(parts).includes("-") }
  },
  subject: writing,
  holds: (write, { parts }) => {
    const written = writtenAs(parts)
    return write(typedAs(parts, "one")) === written && write(written) === written
  },
  catches: {
    "small kana stay small": (text) => (/[ャュョッゃゅょっｬｭｮｯ]/.test(text) ? text : writing(text)),
    "the long mark stays": (text) => writing(text).replaceAll("-", "ｰ"),
    "voicing is lost": (text) => writing(text).replace(/[ﾞﾟ]/g, ""),
    "hiragana are refused": (text) => (/[ぁ-ゔ]/.test(text) ? "refused" : writing(text)),
    "spaces are dropped": (text) => writing(text).replaceAll(" ", "")
  }
})

// equal ⇔ the same sounds; a likeness of ヲ/オ, ヂ/ジ, ヅ/ズ is not equality
invariant(
  "BNK-04c",
  "two names match exactly when their sounds are the same; sounds that are only read alike do not match",
  {
    because: "rulebook BNK-04: the bank's answer must match the account's kana name",
    given: { parts: nameParts(), others: fc.option(nameParts(), { freq: 2, nil: undefined }), swap: fc.boolean() },
    covers: {
      "the same name": {
        atLeast: 15,
        when: ({ others, parts, swap }) => others === undefined && !swapped(parts, swap)
      },
      "a name read alike": {
        atLeast: 5,
        when: ({ others, parts, swap }) => others === undefined && swapped(parts, swap)
      },
      "another name": { atLeast: 30, when: ({ others }) => others !== undefined }
    },
    subject: likeness,
    holds: (like, { others, parts, swap }) => {
      const [one, other] = [soundsOf(parts).join(), soundsOf(others ?? parts).join()]
      const near = like(typedAs(parts, "one"), alikeIf(swap, typedAs(others ?? parts, "other")))
      if (others === undefined) return near === (swapped(parts, swap) ? "similar" : "equal")
      return (near === "equal") === (alikeIf(swap, other).normalize("NFKC") === one.normalize("NFKC"))
    },
    catches: {
      "names are compared as typed": (one, other) => (one === other ? "equal" : "different"),
      "what is read alike is equal": (one, other) => (likeness(one, other) === "different" ? "different" : "equal"),
      "nothing is read alike": (one, other) => (likeness(one, other) === "equal" ? "equal" : "different"),
      "any name will do": (): Likeness => "equal",
      "no name will do": (): Likeness => "different",
      "voicing does not count": (one, other) => likeness(unvoiced(one), unvoiced(other))
    }
  }
)

const unvoiced = (text: string): string => text.normalize("NFKD").replace(/[\u3099\u309a]/g, "")
const alikeIf = (swap: boolean, text: string): string =>
  swap
    ? text
        .normalize("NFKC")
        .replace(/[ヂぢ]/g, "ジ")
        .replace(/[ヅづ]/g, "ズ")
    : text
const swapped = (parts: Parameters<typeof soundsOf>[0], swap: boolean): boolean =>
  swap && soundsOf(parts).some((each) => each === "ﾁﾞ" || each === "ﾂﾞ")

invariant(
  "BNK-04d",
  "a name that is cut to a field loses no more than it must and never parts a mark of voicing from its kana",
  {
    because: "全銀協 record formats: a mark of voicing is a byte of its own",
    given: { parts: nameParts(), bytes: fc.nat(16) },
    covers: {
      "a mark at the cut": { atLeast: 5, when: ({ bytes, parts }) => /^[ﾞﾟ]/.test(writtenAs(parts).slice(bytes)) },
      "it fits": { atLeast: 10, when: ({ bytes, parts }) => writtenAs(parts).length <= bytes }
    },
    subject: truncated,
    holds: (cut, { bytes, parts }) => {
      const written = writtenAs(parts)
      const kept = cut(written, bytes)
      const most = Math.min(bytes, written.length)
      const isMarkNext = /^[ﾞﾟ]/.test(written.slice(bytes))
      return written.startsWith(kept) && kept.length === (isMarkNext && bytes > 0 ? most - 1 : most)
    },
    catches: {
      "it is cut anywhere": (written, bytes) => written.slice(0, bytes),
      "it is not cut": (written) => written,
      "one byte more is lost": (written, bytes) => truncated(written, bytes).slice(0, -1)
    }
  }
)

validation("BNK-04e", "a character that no bank takes is refused and named; those that banks take are written", {
  because: "全銀協 character set by field: ( ) - . and space in names; ｦ and \\ ｢ ｣ / in free text; never a comma",
  given: {
    field: fc.constantFrom("bankName", "personName", "ediInfo"),
    character: fc.constantFrom(...",;:&'\"!?#@*+=_~／().-/\\「」ヲABCア１山髙")
  },
  subject: canonical,
  holds: (write, { character, field }) => {
    const taken = { bankName: "-", personName: "().-", ediInfo: "().-/\\「」／" }[field]
    const isTaken = /[A-Cア１ヲ]/.test(character) || taken.includes(character)
    const answer = write(`ア${character}ア`, field)
    return Result.isSuccess(answer)
      ? isTaken && [...answer.success].every((each) => isAllowed(each, field))
      : !isTaken && answer.failure.character === character.normalize("NFKC") && answer.failure.field === field
  },
  catches: {
    "everything is written": (text) => Result.succeed(text.replace(/[^A]/g, "ｱ")),
    "every field takes what free text takes": (text) => canonical(text, "ediInfo"),
    "every field takes what bank names take": (text) => canonical(text, "bankName")
  }
})

example("BNK-04f", "the legal form of a company is abbreviated before, behind or within its name", {
  because:
    "banks' tables of abbreviations (法人略語): カ) before, (カ behind, (カ) within; one of them, without spaces",
  subject: writing,
  cases: {
    before: { given: "株式会社ヤマダ", gives: "ｶ)ﾔﾏﾀﾞ" },
    behind: { given: "ヤマダ 有限会社", gives: "ﾔﾏﾀﾞ(ﾕ" },
    within: { given: "ヤマダ（株）トウキョウ", gives: "ﾔﾏﾀﾞ(ｶ)ﾄｳｷﾖｳ" },
    "with a place": { given: "㈱ヤマダ トウキョウ営業所", gives: "ｶ)ﾔﾏﾀﾞ ﾄｳｷﾖｳ(ｴｲ" },
    "a longer form that holds a shorter": { given: "公益財団法人ミライ", gives: "ｻﾞｲ)ﾐﾗｲ" },
    "two forms": { given: "株式会社有限会社ヤマダ", gives: "refused" },
    "no form": { given: "カブシキ", gives: "ｶﾌﾞｼｷ" }
  },
  catches: {
    "forms are left out": (text) => writing(text.replace(/株式会社|有限会社|（株）|㈱|公益財団法人|営業所/g, "")),
    "forms are always before": (text) => (/^(ヤマダ|㈱)/.test(text) ? "ｶ)ﾔﾏﾀﾞ" : writing(text)),
    "forms are refused": (text) => (text === "カブシキ" ? "ｶﾌﾞｼｷ" : "refused")
  }
})

// accepted ⇔ one to seven half-width digits
validation("BNK-06", "an account number is one to seven half-width digits, and zeros are put before fewer than seven", {
  because: "seed 000, 7桁になるよう先頭に",
  given: {
    digits: fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 9 }),
    odd: fc.option(fc.constantFrom(" ", "-", "　", "１", "a", "\n", "."), { freq: 2, nil: undefined }),
    at: fc.nat(9)
  },
  covers: {
    "seven digits": { atLeast: 2, when: ({ digits, odd }) => odd === undefined && digits.length === 7 },
    "eight digits": { atLeast: 2, when: ({ digits, odd }) => odd === undefined && digits.length === 8 },
    "something else among them": { atLeast: 20, when: ({ odd }) => odd !== undefined }
  },
  subject: accountNumber,
  holds: (number, { at, digits, odd }) => {
    const answer = number(odd === undefined ? digits : digits.slice(0, at) + odd + digits.slice(at))
    const isNumber = odd === undefined && digits.length >= 1 && digits.length <= 7
    if (Result.isFailure(answer)) return !isNumber
    return (
      isNumber &&
      answer.success.length === 7 &&
      answer.success.endsWith(digits) &&
      /^0*$/.test(answer.success.slice(0, 7 - digits.length))
    )
  },
  catches: {
    "spaces and hyphens are dropped": (typed) => accountNumber(typed.replace(/[\s-]/g, "")),
    "full-width digits are narrowed": (typed) => accountNumber(typed.normalize("NFKC")),
    "more digits are cut": (typed) => accountNumber(typed.slice(-7)),
    "fewer digits are refused": (typed) => (typed.length < 7 ? accountNumber("-") : accountNumber(typed)),
    "zeros are put behind": (typed) => Result.map(accountNumber(typed), () => typed.padEnd(7, "0"))
  }
})
