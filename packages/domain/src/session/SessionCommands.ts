/**
 * The commands by which somebody logs in and out, and by which staff is kept.
 */
import type { AnyCommand } from "../engine/Command.ts"
import { EndSession } from "./Ending.ts"
import { LoginWithCertificate } from "./Login.ts"
import { LoginWithPassword } from "./PasswordLogin.ts"
import { EndStaff, RegisterStaff, ResetStaffPassword, SetStaffPassword, UnlockStaff } from "./StaffKeeping.ts"
import { LoginStaff } from "./StaffLogin.ts"

export const sessionCommands: ReadonlyArray<AnyCommand> = [
  LoginWithCertificate,
  LoginWithPassword,
  EndSession,
  LoginStaff,
  RegisterStaff,
  SetStaffPassword,
  UnlockStaff,
  ResetStaffPassword,
  EndStaff
]
