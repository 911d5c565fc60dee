/**
 * A world of certificates made by the openssl command line in a temporary folder: authorities, holders, revocation lists and
 * online responders. Nothing of it comes from the code that is tested.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { sign } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Whether openssl is there. */
export const isInstalled: boolean = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
})()

const rsa = "rsa:2048"
const elliptic = "ec:P-256"
/** Two kinds of keys; any other is written alike. */
export const keys = { rsa, elliptic } as const

export interface Issuing {
  /** The authority that issues. */
  readonly by?: string
  /** The key, by name; made where it is not there. */
  readonly key?: string
  /** How that key is made. */
  readonly newKey?: string
  readonly subject?: string
  /** From and to, in days from now. */
  readonly days?: readonly [number, number]
  readonly digest?: string
  /** The extensions, lines of an openssl configuration; may end with sections. */
  readonly extensions: string
}

const dayMillis = 86_400_000
const authorityExtensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"

/** A time as `openssl ca` takes it. */
const written = (days: number): string =>
  `${new Date(Date.now() + days * dayMillis).toISOString().replaceAll(/\D/g, "").slice(0, 14)}Z`

const settings = (name: string): string => `
[${name}]
database=${name}.index
new_certs_dir=.
certificate=${name}.pem
private_key=${name}.key
rand_serial=yes
unique_subject=no
default_md=sha256
policy=any
default_crl_days=1
`
const anyName = "[any]\ncountryName=optional\norganizationName=optional\ncommonName=supplied\n"

export class Openssl {
  readonly #folder = mkdtempSync(join(tmpdir(), "kinchaku-openssl-"))
  readonly #running: Array<ChildProcess> = []

  /** Runs openssl and gives what it printed. */
  run(...args: ReadonlyArray<string>): Buffer {
    return execFileSync("openssl", args, { cwd: this.#folder, stdio: "pipe" })
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.#folder, name), content)
  }

  read(name: string): Buffer {
    return readFileSync(join(this.#folder, name))
  }

  text(name: string): string {
    return this.read(name).toString("utf8")
  }

  #request(name: string, subject: string, key: string, newKey: string): void {
    const isThere = this.#keys.has(key)
    this.#keys.add(key)
    // An elliptic key has its curve after the colon.
    const [kind = "", curve = ""] = newKey.split(":")
    const made = kind === "ec" ? ["-newkey", "ec", "-pkeyopt", `ec_paramgen_curve:${curve}`] : ["-newkey", newKey]
    const source = isThere ? ["-new", "-key", `${key}.key`] : [...made, "-nodes", "-keyout", `${key}.key`]
    this.run("req", ...source, "-out", `${name}.csr`, "-subj", subject, "-utf8")
  }

  readonly #keys = new Set<string>()

  /** Makes an authority that issues itself. */
  root(name: string, newKey = elliptic, subject = `/C=JP/O=Openssl/CN=${name}`): void {
    this.#open(name)
    this.issue(name, { by: name, extensions: authorityExtensions, key: name, newKey, subject })
  }

  /** Makes an authority that another one issues. */
  authority(name: string, by: string, extensions: string, newKey = elliptic): void {
    this.issue(name, { by, extensions, key: name, newKey, subject: `/C=JP/O=Openssl/CN=${name}` })
    this.#open(name)
  }

  /** Keeps the books of an authority. */
  #open(name: string): void {
    this.write(`${name}.cnf`, settings(name) + anyName)
    this.write(`${name}.index`, "")
  }

  /** Issues a certificate. */
  issue(name: string, { by = "sub", days = [-1, 20], digest, extensions, key = "holder", ...rest }: Issuing): void {
    const { newKey = rsa, subject = "/C=JP/O=Openssl/CN=20200101A0001" } = rest
    this.#request(name, subject, key, newKey)
    this.write(`${name}.ext`, extensions)
    const [from, to] = days.map(written) as [string, string]
    const dates = ["-startdate", from, "-enddate", to]
    const own = by === name ? ["-selfsign", "-keyfile", `${key}.key`] : []
    const said = [...own, "-extfile", `${name}.ext`, "-preserveDN", ...(digest === undefined ? [] : ["-md", digest])]
    const books = ["-config", `${by}.cnf`, "-name", by, "-batch", "-notext", "-utf8"]
    this.run("ca", ...books, ...dates, ...said, "-in", `${name}.csr`, "-out", `${name}.pem`)
  }

  revoke(name: string, reason: string, by = "sub"): void {
    this.run("ca", "-config", `${by}.cnf`, "-name", by, "-revoke", `${name}.pem`, "-crl_reason", reason)
  }

  /** An authority's list as it is now, PEM, current within the days; more settings may be said. */
  list(by: string, days: readonly [number, number] = [-0.01, 1], extensions = "", digest = "sha256"): Buffer {
    const [from, to] = days.map(written) as [string, string]
    this.write(`${by}.crl.cnf`, `${settings(by)}${anyName}${extensions}`)
    const dates = ["-crl_lastupdate", from, "-crl_nextupdate", to]
    const said = extensions === "" ? [] : ["-crlexts", "list"]
    this.run(
      "ca",
      "-config",
      `${by}.crl.cnf`,
      "-name",
      by,
      "-gencrl",
      "-md",
      digest,
      ...dates,
      ...said,
      "-out",
      `${by}.crl`
    )
    return this.read(`${by}.crl`)
  }

  /** The signature of a key over a text, base64. Node makes it, because there are many; one by openssl has a test of its own. */
  sign(key: string, text: string): string {
    return sign("sha256", Buffer.from(text, "utf8"), this.text(`${key}.key`)).toString("base64")
  }

  /** Starts a responder for an authority, which signs as someone. It reads the books once. Gives its address. */
  async responder(by: string, signer: string, key = signer, digest = "sha256"): Promise<string> {
    const books = ["-index", `${by}.index`, "-CA", `${by}.pem`, "-rsigner", `${signer}.pem`, "-rkey", `${key}.key`]
    const child = spawn("openssl", ["ocsp", ...books, "-rmd", digest, "-port", "0", "-nmin", "5"], {
      cwd: this.#folder
    })
    this.#running.push(child)
    const port = await new Promise<string>((resolve, reject) => {
      let said = ""
      const hear = (part: Buffer) => {
        said += part.toString("utf8")
        const [, found] = /ACCEPT \S*:(\d+)/.exec(said) ?? []
        if (found !== undefined) resolve(found)
      }
      child.stdout.on("data", hear)
      child.stderr.on("data", hear)
      child.on("exit", () => reject(new Error(`the responder ended: ${said}`)))
    })
    return `http://127.0.0.1:${port}/`
  }

  close(): void {
    for (const child of this.#running) child.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
