/**
 * Faults: everything that the torture does to a store, in the order in which it is done.
 */
import type { Fault } from "./Fault.ts"
import { backup } from "./faults/Backup.ts"
import { commitCut } from "./faults/CommitCut.ts"
import { doubleSpend } from "./faults/DoubleSpend.ts"
import { fullDisk } from "./faults/FullDisk.ts"
import { ioError } from "./faults/IoError.ts"
import { killAtWrite } from "./faults/KillAtWrite.ts"
import { lockout } from "./faults/Lockout.ts"
import { migrationCut } from "./faults/MigrationCut.ts"
import { migrationKill } from "./faults/MigrationKill.ts"
import { postgresKill, postgresStop } from "./faults/PostgresLife.ts"
import { postgresBackup } from "./faults/PostgresBackup.ts"
import { powerCut } from "./faults/PowerCut.ts"
import { sigterm } from "./faults/Sigterm.ts"

export const faults: ReadonlyArray<Fault> = [
  killAtWrite,
  powerCut,
  ioError,
  fullDisk,
  migrationKill,
  backup,
  sigterm,
  postgresStop,
  postgresKill,
  commitCut,
  migrationCut,
  postgresBackup,
  doubleSpend,
  lockout
]
