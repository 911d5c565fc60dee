/**
 * The bank's own page, on which a holder agrees to a link or leaves: plain HTML in Japanese and English, without scripts and without
 * anything from elsewhere.
 */
import { createHash } from "node:crypto"
import type { BankAccount } from "@kinchaku/domain/bank/BankGateway"
import type { OpenPage } from "../simulators/BankPages.ts"

const style = `
:root { color-scheme: light dark; --ink: #1d2b3a; --quiet: #5b6b7c; --line: #d8dfe6; --paper: #fff; --ground: #eef2f5;
  --brand: #14532d; --brand-ink: #fff; --soft: #eaf4ee; --bad: #9f1239; --bad-soft: #fdecef }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --quiet: #9aa9b8; --line: #33414f; --paper: #18222c;
  --ground: #0f161d; --brand: #2f9e5f; --brand-ink: #06150c; --soft: #16301f; --bad: #fda4af; --bad-soft: #3b1420 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.65;
  font-family: system-ui, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic UI", sans-serif }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 14px; overflow: hidden }
header { background: var(--brand); color: var(--brand-ink); padding: 1rem 1.5rem }
header strong { display: block; font-size: 1.15rem }
section { padding: 1.25rem 1.5rem 1.5rem }
h1 { font-size: 1.2rem; line-height: 1.45; margin: 0 0 .35rem }
p { margin: 0 0 .9rem }
[lang="en"] { color: var(--quiet); font-size: .86rem }
span[lang="en"] { display: inline-block; line-height: 1.5 }
header [lang="en"], button [lang="en"] { color: inherit; opacity: .9 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .45rem 1.1rem; margin: 1.1rem 0; padding: .9rem 1rem;
  background: var(--soft); border-radius: 10px }
dt { color: var(--quiet) }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere }
label { display: block; font-weight: 600; margin: 1.1rem 0 .4rem }
label [lang="en"] { font-weight: 400; margin-left: .4rem }
input { width: 100%; font: inherit; font-size: 1.25rem; letter-spacing: .25em; padding: .55rem .8rem; color: inherit;
  background: var(--paper); border: 1px solid var(--quiet); border-radius: 10px }
::placeholder { color: var(--quiet); opacity: .8 }
input:focus-visible, button:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
.hint { margin: .5rem 0 0; color: var(--quiet); font-size: .86rem }
.buttons { display: grid; grid-template-columns: 1fr 2fr; gap: .75rem; margin-top: 1.4rem }
button { font: inherit; font-weight: 700; line-height: 1.3; padding: .7rem 1rem; border-radius: 10px; cursor: pointer;
  border: 1px solid var(--quiet); background: transparent; color: inherit }
button[value="agree"] { background: var(--brand); color: var(--brand-ink); border-color: var(--brand);
  order: 1 }
button span[lang="en"] { display: block; font-weight: 400; font-size: .8rem }
.wrong { background: var(--bad-soft); color: var(--bad); border-radius: 10px; padding: .6rem .9rem }
.wrong span[lang="en"] { color: inherit; display: block }
.foot { margin: 1rem .5rem 0; color: var(--quiet); font-size: .8rem; text-align: center }
`

/** The headers of every page: nothing is loaded, framed, kept or told to others. */
export const headers: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'"
  ].join("; "),
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff"
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}
const text = (value: string): string => value.replaceAll(/[&<>"']/gu, (character) => entities[character] ?? "")

/** Names of the simulated banks. */
const names: Readonly<Record<string, string>> = {
  "9900": "ゆうちょ銀行（模擬） / Japan Post Bank (simulated)",
  "9998": "夜間休止銀行 / Night Rest Bank",
  "9999": "テスト銀行 / Test Bank"
}
const nameOf = (bank: string): string => names[bank] ?? `銀行 ${bank} / Bank ${bank}`

const shown = 3
/** All but the last digits of a number are hidden, on the holder's screen too. */
const masked = (number: string): string => `${"＊".repeat(Math.max(0, number.length - shown))}${number.slice(-shown)}`

const accountOf = (account: BankAccount): string =>
  "symbol" in account
    ? `記号 ${masked(account.symbol)} 番号 ${masked(account.number)}`
    : `支店 ${account.branch} ${account.kind === "ordinary" ? "普通" : "当座"} ${masked(account.number)}`

const document = (bank: string, body: string): string => `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(bank)}</title>
<style>${style}</style>
</head>
<body>
<main>
<div class="card">
<header><strong>${text(bank)}</strong>口座振替の登録 <span lang="en">Direct debit registration</span></header>
<section>${body}</section>
</div>
<p class="foot">これはシミュレーターです。実在の銀行ではありません。<br><span lang="en">This is a simulator, not a real bank.</span></p>
</main>
</body>
</html>
`

const wrongCode = `<p class="wrong" role="alert">ワンタイムパスワードは6桁の数字です。<span lang="en">A one-time password has six digits.</span></p>`

/** The button that agrees comes first in the text, because the enter key presses the first one; it is shown last. */
const asking = ({ account, holderKana }: OpenPage, isWrong: boolean): string => `
<h1>口座振替の登録に同意しますか</h1>
<p lang="en">Do you agree to let the wallet use this account?</p>
${isWrong ? wrongCode : ""}
<dl>
<dt>口座名義</dt><dd>${text(holderKana)}</dd>
<dt>口座</dt><dd>${text(accountOf(account))}</dd>
<dt>依頼元</dt><dd>Kinchaku 巾着</dd>
</dl>
<p>同意すると、巾着からの依頼により、この口座からチャージ代金を引き落とし、この口座へ送金します。<br>
<span lang="en">Once you agree, top-ups are debited from this account and payouts are credited to it, whenever the wallet asks.</span></p>
<form method="post">
<label for="code">ワンタイムパスワード<span lang="en">One-time password</span></label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" placeholder="123456" aria-describedby="hint">
<p class="hint" id="hint">シミュレーターでは任意の6桁で認証されます。空欄では1要素だけの認証になります。<br>
<span lang="en">Any six digits will do here. Left empty, you are checked by one factor only.</span></p>
<div class="buttons">
<button name="action" value="agree">同意する<span lang="en">I agree</span></button>
<button name="action" value="cancel">中断する<span lang="en">Cancel</span></button>
</div>
</form>`

const ended = {
  agreed: `<h1>登録を受け付けました</h1><p>この画面を閉じて、アプリにお戻りください。</p>
<p lang="en">Done. Close this page and go back to the app.</p>`,
  cancelled: `<h1>手続きを中断しました</h1><p>口座は登録されていません。この画面を閉じて、アプリにお戻りください。</p>
<p lang="en">You cancelled; nothing was registered. Close this page and go back to the app.</p>`
} as const

/** The page of a link; `isWrong` where what was typed is no code. */
export const page = (open: OpenPage, isWrong = false): string =>
  document(nameOf(open.account.bank), open.state === "open" ? asking(open, isWrong) : ended[open.state])

/** What is shown where there is no such page. */
export const missing: string = document(
  "模擬銀行 / Simulated bank",
  `<h1>この画面はありません</h1><p>アプリから手続きをやり直してください。</p><p lang="en">There is no such page. Start again from the app.</p>`
)

/** What a holder does on the page. */
export type Deed = { readonly _tag: "agree"; readonly factors: 1 | 2 } | { readonly _tag: "cancel" | "wrong" }

/** Reads the form of the page; the button decides, and without one nothing is done. */
export const deedOf = (form: URLSearchParams): Deed => {
  if (form.get("action") === "cancel") return { _tag: "cancel" }
  const code = (form.get("code") ?? "").normalize("NFKC").trim()
  if (form.get("action") !== "agree" || !/^(\d{6})?$/u.test(code)) return { _tag: "wrong" }
  return { _tag: "agree", factors: code === "" ? 1 : 2 }
}
