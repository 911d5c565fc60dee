/**
 * The torture of SQLite, a slice: kills at single writes, power cuts, failing disks, full disks, migrations, backups, closings.
 */
import { backup } from "../../torture/faults/Backup.ts"
import { fullDisk } from "../../torture/faults/FullDisk.ts"
import { ioError } from "../../torture/faults/IoError.ts"
import { killAtWrite } from "../../torture/faults/KillAtWrite.ts"
import { migrationKill } from "../../torture/faults/MigrationKill.ts"
import { powerCut } from "../../torture/faults/PowerCut.ts"
import { sigterm } from "../../torture/faults/Sigterm.ts"
import { testSlice } from "./Slice.ts"

testSlice(killAtWrite)
testSlice(powerCut)
testSlice(ioError)
testSlice(fullDisk)
testSlice(migrationKill)
testSlice(backup)
testSlice(sigterm)
