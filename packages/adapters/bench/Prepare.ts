/**
 * Makes an SQLite file with books for benches of other packages, and prints what is in it:
 * `Prepare.ts <file> <accounts> <billers> <payments>`.
 */
import { writeSync } from "node:fs"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import * as Load from "./Load.ts"
import { pay, prepared, service } from "./Service.ts"

const [filename = "", accounts, billers, payments, slips = "0"] = process.argv.slice(2)
const runtime = service(SqliteStore.layer({ filename }))
const books = await prepared(runtime, Number(accounts), Number(billers))
const { failed } = await runtime.runPromise(pay(books.slips(Number(payments)), 256))
if (failed > 0) throw new Error(`${failed} payments failed`)
writeSync(1, JSON.stringify({ policy: Load.policy, slips: books.slips(Number(slips)) }))
await runtime.dispose()
