/**
 * The torture of PostgreSQL, a slice: servers that stop, backends that end, connections that are cut, migrations, backups.
 */
import { commitCut } from "../../torture/faults/CommitCut.ts"
import { migrationCut } from "../../torture/faults/MigrationCut.ts"
import { postgresBackup } from "../../torture/faults/PostgresBackup.ts"
import { postgresKill, postgresStop } from "../../torture/faults/PostgresLife.ts"
import { testSlice } from "./Slice.ts"

testSlice(postgresStop)
testSlice(postgresKill)
testSlice(commitCut)
testSlice(migrationCut)
testSlice(postgresBackup)
