/**
 * 0003, second part: what the file checks of the new tables itself.
 *
 * Triggers say once more, in another language, what the domain decides: links attach one to the other, entries balance,
 * running totals follow one from the other, no customer goes below zero, nothing recorded changes.
 */

const isCustomer = "(balance.account GLOB 'liability:cash:*' OR balance.account GLOB 'liability:money:*')"
const refuse = (message: string): string => `SELECT RAISE(ABORT, '${message}')`

/**
 * What is recorded stays as it is: no row of these tables is changed or taken away, and new ones come after the head of
 * their lane. The last also holds for INSERT OR REPLACE, which takes rows away without firing a DELETE trigger where
 * recursive_triggers is off, as in another program.
 */
const appendOnly = [
  [
    "command",
    "place",
    ` OR EXISTS (SELECT 1 FROM command WHERE id = new.id)
      OR EXISTS (SELECT 1 FROM command WHERE actor = new.actor AND key = new.key)`
  ],
  ["entry", "command", ""],
  ["posting", "command", ""]
].flatMap(([table, place, taken]) => [
  `CREATE TRIGGER ${table}_refuses_update BEFORE UPDATE ON ${table}
    BEGIN ${refuse("the journal is append-only")}; END`,
  `CREATE TRIGGER ${table}_refuses_delete BEFORE DELETE ON ${table}
    BEGIN ${refuse("the journal is append-only")}; END`,
  `CREATE TRIGGER ${table}_appends BEFORE INSERT ON ${table}
    WHEN new.${place} >> 8 <= (SELECT seq FROM chain_head WHERE lane = new.${place} & 255)${taken}
    BEGIN ${refuse("the journal is append-only")}; END`
])

/** The head of the lane before it moves, as SQL. */
interface Before {
  readonly seq: string
  readonly bookedAt: string
  /** Whether a hash is the one that the first new link must attach to. */
  readonly hash: (previous: string) => string
}

/** What was appended to a lane since its head last moved, by the column that says the place. */
const added = (place: string, { seq }: Before): string => `${place} >= (${seq} + 1) * 256 AND ${place} & 255 = new.lane`

/** The checks of a lane, from its old head to its new one. */
const checks = (before: Before): string => `
    ${refuse("each link must attach to the one before")} FROM (
      SELECT seq, previous, booked_at,
        lag(seq) OVER links AS seq_before, lag(hash) OVER links AS hash_before, lag(booked_at) OVER links AS booked_before
      FROM (
        SELECT place >> 8 AS seq, previous, hash, booked_at FROM command WHERE ${added("place", before)}
        UNION ALL
        SELECT (entry.command >> 8) + n, entry.previous, entry.hash, booked_at
        FROM entry LEFT JOIN command ON place = entry.command WHERE ${added("entry.command", before)}
      ) WINDOW links AS (ORDER BY seq)
    ) WHERE booked_at IS NULL OR CASE WHEN seq_before IS NULL
      THEN seq > 1 + (SELECT coalesce(max(seq), 0) FROM chain_head) OR booked_at < ${before.bookedAt}
        OR NOT ${before.hash("previous")}
      ELSE seq <> seq_before + 1 OR booked_at < booked_before OR previous <> hash_before END;
    ${refuse("the head must be the last link")} WHERE (new.seq, new.hash, new.booked_at) IS NOT (
      SELECT (place >> 8) + coalesce(n, 0), coalesce(entry.hash, command.hash), booked_at
      FROM command LEFT JOIN entry ON entry.command = place
      WHERE ${added("place", before)} ORDER BY place DESC, n DESC LIMIT 1
    );
    ${refuse("the lines of an entry must be numbered and come to zero")}
      FROM posting NOT INDEXED WHERE ${added("command", before)} GROUP BY command, entry
      HAVING sum(amount) <> 0 OR max(n) <> count(*) - 1
        OR NOT EXISTS (SELECT 1 FROM entry WHERE entry.command = posting.command AND entry.n = posting.entry);
    ${refuse("a line must add to the totals of the line before")}
      FROM posting AS line NOT INDEXED LEFT JOIN command ON place = line.command
      LEFT JOIN balance ON balance.id = line.account
      WHERE ${added("line.command", before)} AND (
        line.booked_at IS NOT command.booked_at
        OR balance.lane IS NOT iif(${isCustomer}, 0, new.lane)
        OR line.debits > line.credits AND ${isCustomer}
        OR (line.debits - max(line.amount, 0), line.credits + min(line.amount, 0)) IS NOT (
          SELECT debits, credits FROM (
            SELECT debits, credits FROM posting WHERE account = line.account
              AND (booked_at, command, entry, n) < (line.booked_at, line.command, line.entry, line.n)
            ORDER BY booked_at DESC, command DESC, entry DESC, n DESC LIMIT 1
          ) UNION ALL SELECT 0, 0 LIMIT 1
        )
      );
    ${refuse("a balance must be what its last line says")}
      FROM (
        SELECT account, max(debits) AS debits, max(credits) AS credits
        FROM posting NOT INDEXED WHERE ${added("command", before)} GROUP BY +account
      ) AS line LEFT JOIN balance ON balance.id = line.account
      WHERE (line.debits, line.credits) IS NOT (balance.debits, balance.credits);`

/** Moving the head of a lane, once for each batch, has the file check everything that was appended since it last moved. */
const heads = [
  `CREATE TRIGGER chain_head_advances BEFORE UPDATE ON chain_head BEGIN
    ${refuse("a head stays in its lane")} WHERE new.lane <> old.lane;
    ${checks({ seq: "old.seq", bookedAt: "old.booked_at", hash: (previous) => `${previous} = old.hash` })}
  END`,
  // SQLite has no SHA-256, so what the first link of another lane than the first attaches to is for the store to check.
  `CREATE TRIGGER chain_head_begins BEFORE INSERT ON chain_head BEGIN
    ${refuse("the head stays")} WHERE EXISTS (SELECT 1 FROM chain_head WHERE lane = new.lane);
    ${checks({ seq: "0", bookedAt: "0", hash: (previous) => `(new.lane > 0 OR ${previous} = zeroblob(32))` })}
  END`,
  `CREATE TRIGGER chain_head_refuses_delete BEFORE DELETE ON chain_head
    BEGIN ${refuse("the head stays")}; END`
]

const balances = [
  `CREATE TRIGGER balance_follows BEFORE UPDATE ON balance
    WHEN new.id <> old.id OR new.account <> old.account OR new.lane <> old.lane
    OR new.debits < old.debits OR new.credits < old.credits
    OR (new.debits, new.credits) IS NOT (
      SELECT debits, credits FROM posting WHERE account = new.id
      ORDER BY booked_at DESC, command DESC, entry DESC, n DESC LIMIT 1
    )
    BEGIN ${refuse("a balance must be what its last line says")}; END`,
  `CREATE TRIGGER balance_is_opened_once BEFORE INSERT ON balance
    WHEN new.debits <> 0 OR new.credits <> 0 OR EXISTS (SELECT 1 FROM balance WHERE id = new.id)
    OR EXISTS (SELECT 1 FROM balance WHERE account = new.account AND lane = new.lane)
    BEGIN ${refuse("totals begin with zero")}; END`,
  `CREATE TRIGGER balance_refuses_delete BEFORE DELETE ON balance
    BEGIN ${refuse("balances stay")}; END`
]

const payments = [
  `CREATE TRIGGER payment_names_an_entry BEFORE INSERT ON payment
    WHEN NOT EXISTS (
      SELECT 1 FROM command JOIN entry ON entry.command = place
      WHERE id = substr(new.entry, 1, 26) AND new.entry = id || '.' || n
    )
    BEGIN ${refuse("a payment must name its entry")}; END`
]

export const triggers: ReadonlyArray<string> = [...appendOnly, ...heads, ...balances, ...payments]
