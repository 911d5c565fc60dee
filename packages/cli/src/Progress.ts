/**
 * Progress: how far long work is, on standard error: a line that is rewritten on a terminal, a line every few seconds otherwise.
 */
const everyTerminal = 200
const everyLine = 5000

/** What is told how far the work is, and once that it ended. */
export interface Progress {
  readonly at: (done: number) => void
  readonly end: () => void
}

const grouped = (count: number): string => count.toLocaleString("en-US")

/** Progress of some work over commands; work that is done at once shows nothing. */
export const make = (doing: string): Progress => {
  const isTerminal = process.stderr.isTTY
  const begun = performance.now()
  let shown = begun
  let isShown = false
  return {
    at: (done) => {
      const now = performance.now()
      if (now - shown < (isTerminal ? everyTerminal : everyLine)) return
      shown = now
      isShown = true
      const rate = Math.round((done * 1000) / (now - begun))
      const text = `${doing}: ${grouped(done)} commands, ${grouped(rate)}/s`
      process.stderr.write(isTerminal ? `\r\u001b[2K${text}` : `${text}\n`)
    },
    end: () => {
      if (isTerminal && isShown) process.stderr.write("\r\u001b[2K")
    }
  }
}
