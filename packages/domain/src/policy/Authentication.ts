/**
 * The part of the policy that says who gets in: one-time passwords, lockout, sessions, passwords, certificates, token apps
 * and step-up authentication. Each value is one that the rulebook marks as configurable.
 */
import { Schema } from "effect"
import { Instant } from "../calendar/JapanDate.ts"
import { Yen } from "../money/Yen.ts"

const within = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Minutes = within(1, 1440)
const Tries = within(1, 100)
const Country = Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/))

export const AuthenticationPolicy = Schema.Struct({
  otp: Schema.Struct({
    /** Minutes that a code lives after sending (OTP-03). */
    lifeMinutes: within(1, 60),
    /** The least time between two sendings to an account or a contact, in seconds (OTP-06). */
    resendSeconds: within(0, 3600),
    /** The most sendings in an hour to an account or a contact (OTP-06). */
    perHour: within(1, 100_000),
    /** What needs no code on an account with certificate login (OTP-09). */
    waived: Schema.Array(Schema.Literals(["payment", "topUp", "payout"])),
    /** Whether a new phone number is proved by a code of its own (ACC-16). */
    newPhoneProved: Schema.Boolean,
    /** The most wrong codes that are looked at for an account in 365 days; left out, there is no such bound (SEC-08). */
    wrongPerYear: Schema.optionalKey(within(1, 10_000)),
    /** The sender that a message shows, by carrier; "default", which is always there, for all others (OTP-07). */
    senders: Schema.Record(Schema.String.check(Schema.isPattern(/^[a-zA-Z]{1,20}$/)), Schema.NonEmptyString).check(
      Schema.makeFilter((senders) => "default" in senders || "expected a sender named default")
    )
  }),
  lockout: Schema.Struct({
    /** The failure in a row that sends a warning (LCK-02), and the one that locks (LCK-03). */
    warnsAt: Tries,
    locksAt: Tries,
    /** Whether failures from devices that the account does not know are throttled apart and lock nobody out (SEC-09). */
    strangersApart: Schema.Boolean
  }),
  session: Schema.Struct({
    /** Minutes without activity after which a session has ended (SES-01). */
    idleMinutes: Minutes,
    /** Minutes after which a session has ended whatever its activity. */
    lifeMinutes: within(1, 43_200)
  }),
  /** The rule for web passwords (SES-04): letters and digits, so many characters, and whether common ones are refused. */
  password: Schema.Struct({ minimum: within(8, 64), maximum: within(8, 64), commonRefused: Schema.Boolean }),
  certificate: Schema.Struct({
    /** Minutes that a challenge can be answered (CRT-09). */
    challengeMinutes: within(1, 60),
    /** Wrong login PINs and wrong signature passwords in a row that lock the credential (CRT-06). */
    pinTries: Tries,
    passwordTries: Tries
  }),
  token: Schema.Struct({
    /** Seconds that a code is shown (TOK-01). */
    stepSeconds: Schema.Literals([30, 60]),
    /** How many steps a code may be early or late (TOK-15). */
    window: within(0, 10),
    /** Minutes that a device's clock may be wrong (TOK-08, TOK-14). */
    driftMinutes: within(1, 60),
    /** Days that a token lives, and days before its end from which it is renewed (TOK-10). */
    lifeDays: within(1, 3650),
    renewalDays: within(1, 3650),
    /** Whether an expired token can still be renewed (TOK-13). */
    expiredRenewable: Schema.Boolean,
    /** Wrong start passwords that lock an application (TOK-07). */
    startPasswordTries: Tries
  }),
  stepUp: Schema.Struct({
    /** Failures in a row that lock a cardholder profile (LCK-08). */
    locksAt: Tries,
    /** Yen from which every purchase is challenged (AUT-01). */
    challengedFrom: within(0, 9_007_199_254_740_991),
    /** The purchase of a card within an hour from which on each is challenged, and from which on each is refused (AUT-01). */
    challengedFromPerHour: Tries,
    refusedFromPerHour: Tries,
    /** Countries of merchants that are usual (ISO 3166-1 alpha-2), and those from which nothing is bought (AUT-01). */
    usualCountries: Schema.Array(Country),
    refusedCountries: Schema.Array(Country),
    /** Merchant categories of which every purchase is challenged (ISO 18245). */
    riskyCategories: Schema.Array(Schema.String.check(Schema.isPattern(/^\d{4}$/)))
  })
})
export interface AuthenticationPolicy extends Schema.Schema.Type<typeof AuthenticationPolicy> {}

export const AccountPolicy = Schema.Struct({
  /** The largest balance that is given up when a money account closes, in yen (ACC-25). */
  closingLimit: within(0, 9_007_199_254_740_991),
  /** After this instant an account without certificate can only migrate (ACC-08). */
  migrationDeadline: Schema.optionalKey(Instant),
  /** Years between two confirmations of identity and purpose of use (IDV-03). */
  confirmationYears: within(1, 20),
  /** Days before the next confirmation on which a notice goes out, the earliest first; 0 is the day itself (IDV-05). */
  confirmationNoticeDays: Schema.Array(within(0, 3650)),
  /** How long little comes in after a new bank link, phone or device, and how many yen a day; left out, there is no such time (SEC-05). */
  coolingOff: Schema.optionalKey(Schema.Struct({ hours: within(1, 720), perDay: Yen })),
  /** Days after closing on which the last mail may go out (NTF-03). */
  mailDaysAfterClosing: within(0, 30)
})
export interface AccountPolicy extends Schema.Schema.Type<typeof AccountPolicy> {}

/** The values of the source documents. */
export const compatAuthentication: AuthenticationPolicy = {
  otp: {
    lifeMinutes: 5,
    resendSeconds: 60,
    perHour: 5,
    waived: [],
    newPhoneProved: false,
    senders: { default: "KINCHAKU" }
  },
  lockout: { warnsAt: 3, locksAt: 5, strangersApart: false },
  session: { idleMinutes: 10, lifeMinutes: 720 },
  password: { minimum: 8, maximum: 64, commonRefused: false },
  certificate: { challengeMinutes: 5, pinTries: 3, passwordTries: 5 },
  token: {
    stepSeconds: 60,
    window: 1,
    driftMinutes: 10,
    lifeDays: 1825,
    renewalDays: 180,
    expiredRenewable: false,
    startPasswordTries: 5
  },
  stepUp: {
    locksAt: 5,
    challengedFrom: 30_000,
    challengedFromPerHour: 5,
    refusedFromPerHour: 20,
    usualCountries: ["JP"],
    refusedCountries: [],
    // Money orders and foreign currency, gambling, games and their items.
    riskyCategories: ["6051", "7995", "5816"]
  }
}

/**
 * What books mean that know nothing of these values: codes came later, so none is asked for where an account has a certificate. Payouts
 * came with their codes (OUT-04).
 */
export const formerAuthentication: AuthenticationPolicy = {
  ...compatAuthentication,
  otp: { ...compatAuthentication.otp, waived: ["payment", "topUp"] }
}

/** The values of today's standards (SEC-15). */
export const secureAuthentication: AuthenticationPolicy = {
  ...compatAuthentication,
  otp: { ...compatAuthentication.otp, newPhoneProved: true, wrongPerYear: 100 },
  lockout: { ...compatAuthentication.lockout, strangersApart: true },
  password: { minimum: 15, maximum: 64, commonRefused: true },
  token: { ...compatAuthentication.token, stepSeconds: 30 }
}

export const compatAccount: AccountPolicy = {
  closingLimit: 500,
  confirmationYears: 3,
  confirmationNoticeDays: [30, 0],
  mailDaysAfterClosing: 3
}

/** The values of today's standards (SEC-15). */
export const secureAccount: AccountPolicy = {
  ...compatAccount,
  coolingOff: { hours: 24, perDay: Yen.make(50_000) }
}
