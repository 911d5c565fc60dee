/**
 * A reader of hledger's journal format, made from its manual and not from the code that writes it.
 */

/** The balance of each account, debits positive; a balance assertion that does not hold is an error. */
export const balancesIn = (text: string): ReadonlyMap<string, bigint> => {
  const balances = new Map<string, bigint>()
  for (const line of text.split("\n")) {
    const posting = /^ {4}(\S+) {2}(-?\d+) JPY(?: = (-?\d+) JPY)?$/.exec(line)
    if (posting === null) {
      if (/^\s+\S/.test(line)) throw new Error(`not a posting: ${line}`)
      continue
    }
    const [, account = "", amount = "", asserted] = posting
    const balance = (balances.get(account) ?? 0n) + BigInt(amount)
    balances.set(account, balance)
    if (asserted !== undefined && BigInt(asserted) !== balance)
      throw new Error(`${account} is ${balance}, not ${asserted}`)
  }
  return balances
}

/** The name that hledger's users give to the four classes of accounts. */
export const inHledger = (code: string): string =>
  code
    .replace(/^asset:/, "assets:")
    .replace(/^liability:/, "liabilities:")
    .replace(/^revenue:/, "revenues:")
    .replace(/^expense:/, "expenses:")
