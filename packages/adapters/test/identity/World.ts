/**
 * The certificates, lists and responders that the cases of certificates are about, made by openssl, and a server in front of
 * the responders that can be told to misbehave.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect } from "effect"
import type * as Revocation from "../../src/identity/Revocation.ts"
import { keys, Openssl } from "./Openssl.ts"

const person = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n"
const usage = (uses: string) => `basicConstraints=critical,CA:FALSE\nkeyUsage=critical,${uses}\n`
const authority = (more: string) => `keyUsage=critical,keyCertSign,cRLSign\n${more}\n`
const plainAuthority = authority("basicConstraints=critical,CA:TRUE")

/** The attributes of the signature certificate, as they are to be read. */
export const attributes = {
  name: "黒桐　幹也",
  birthDate: "1980-02-17",
  address: "東京都千代田区霞が関２－１－２　髙﨑𠮷ヴ"
}

const arc = "1.2.392.200149.8.5.5"
const written = (number: number, text: string) =>
  `otherName.${number}=${arc}.${number};FORMAT:UTF8,UTF8String:${text}\n`
const names = (addressAt: 5 | 6): string =>
  [
    "subjectAltName=@names\n[names]\n",
    written(1, attributes.name),
    written(4, "319800217"),
    written(3, "1"),
    written(addressAt, attributes.address),
    written(2, "00000"),
    written(addressAt === 5 ? 6 : 5, "0000000000000000001")
  ].join("")

export interface World {
  readonly openssl: Openssl
  /** How it is learnt whether a certificate is revoked, by the name of the way. */
  readonly ways: Readonly<Record<string, Revocation.Options>>
  /** How often each path of the server was asked. */
  readonly asked: Map<string, number>
  readonly close: () => void
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Array<Buffer> = []
  for await (const part of message as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts)
}

const post = async (address: string, body: Uint8Array): Promise<Buffer> => {
  const headers = { "content-type": "application/ocsp-request" }
  const response = await fetch(address, { method: "POST", headers, body: Uint8Array.from(body) })
  return Buffer.from(await response.arrayBuffer())
}

type Behaviour = (body: Buffer, response: ServerResponse) => unknown

const serve = async (asked: Map<string, number>, behaviours: Map<string, Behaviour>): Promise<[Server, string]> => {
  const server = createServer((request, response) => {
    const path = request.url ?? ""
    asked.set(path, (asked.get(path) ?? 0) + 1)
    void bodyOf(request).then((body) => (behaviours.get(path) ?? ((_, to) => to.writeHead(404).end()))(body, response))
  })
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`]
}

const issueAuthorities = (openssl: Openssl) => {
  openssl.root("root", keys.rsa)
  openssl.root("other")
  // Of the same name as the intermediate, and another key.
  openssl.root("twin", keys.rsa, "/C=JP/O=Openssl/CN=sub")
  openssl.authority("sub", "root", authority("basicConstraints=critical,CA:TRUE,pathlen:0"), keys.rsa)
  openssl.authority("deep", "sub", plainAuthority)
  openssl.authority("wide", "root", plainAuthority)
  openssl.authority("under", "wide", plainAuthority)
  const constraint = "nameConstraints=critical,permitted;dirName:home\n[home]\nC=JP\nO=Openssl"
  openssl.authority("constrained", "root", authority(`basicConstraints=critical,CA:TRUE\n${constraint}`))
  openssl.authority("fallen", "root", plainAuthority)
  openssl.revoke("fallen", "CACompromise", "root")
  openssl.authority("mute", "root", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
}

const issueHolders = (openssl: Openssl, address: string) => {
  const pointers = `authorityInfoAccess=OCSP;URI:${address}/ocsp\ncrlDistributionPoints=URI:${address}/sub.crl\n`
  openssl.issue("rsa", { extensions: `${person}${pointers}${names(5)}` })
  openssl.issue("swapped", { extensions: `${person}${names(6)}` })
  openssl.issue("login", { extensions: `${usage("digitalSignature")}${pointers}` })
  openssl.issue("ec", { key: "ec", newKey: keys.elliptic, extensions: `${person}${pointers}` })
  openssl.issue("expired", { days: [-10, -1], extensions: person })
  openssl.issue("early", { days: [1, 10], extensions: person })
  for (const revoked of ["lost", "moved", "held"]) openssl.issue(revoked, { extensions: `${person}${pointers}` })
  openssl.revoke("lost", "keyCompromise")
  openssl.revoke("moved", "affiliationChanged")
  openssl.revoke("held", "certificateHold")
  openssl.issue("sha1", { digest: "sha1", extensions: person })
  openssl.issue("weak", { key: "weak", newKey: "rsa:1024", extensions: person })
  openssl.issue("cipher", { extensions: usage("keyEncipherment") })
  openssl.issue("signer", { extensions: usage("nonRepudiation") })
  openssl.issue("half", { extensions: "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature\n" })
  openssl.issue("full", {
    extensions: "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature,keyCertSign\n"
  })
  openssl.issue("odd", { extensions: usage("digitalSignature,keyCertSign") })
  openssl.issue("server", { extensions: `${person}extendedKeyUsage=serverAuth\n` })
  openssl.issue("strange", { extensions: `${person}1.2.392.200149.8.9=critical,ASN1:UTF8String:?\n` })
  openssl.issue("below", { by: "deep", extensions: person })
  openssl.issue("farBelow", { by: "under", extensions: person })
  openssl.issue("inside", { by: "constrained", extensions: person })
  openssl.issue("outside", { by: "constrained", subject: "/C=JP/O=Elsewhere/CN=20200101A0001", extensions: person })
  openssl.issue("orphan", { by: "fallen", extensions: person })
  openssl.issue("muted", { by: "mute", extensions: person })
  openssl.issue("foreign", { by: "other", extensions: person })
  openssl.issue("ofTwin", { by: "twin", extensions: person })
  const responder = `${usage("digitalSignature")}extendedKeyUsage=OCSPSigning\n`
  openssl.issue("ocsp", { key: "ocsp", newKey: keys.elliptic, extensions: responder })
  openssl.issue("otherOcsp", { by: "other", key: "otherOcsp", newKey: keys.elliptic, extensions: responder })
  openssl.issue("oldOcsp", { key: "oldOcsp", newKey: keys.elliptic, days: [-10, -1], extensions: responder })
}

/** The answer of a responder to openssl's own question about the RSA certificate. */
const recorded = async (openssl: Openssl, address: string, nonce: "-nonce" | "-no_nonce"): Promise<Buffer> => {
  openssl.run("ocsp", "-issuer", "sub.pem", "-cert", "rsa.pem", nonce, "-reqout", "question.der")
  return post(address, openssl.read("question.der"))
}

/** The answer as if it were made at another second; still an answer, but not what was signed. */
const redated = (answer: Buffer): Buffer => {
  const changed = Buffer.from(answer)
  const second = changed.indexOf(Buffer.from("180f", "hex")) + 15
  changed.writeUInt8(changed.readUInt8(second) ^ 1, second)
  return changed
}

/** The list as if it were about another certificate than the lost one. */
const without = (openssl: Openssl, list: Buffer, name: string): Buffer => {
  const [, serial = ""] = openssl.run("x509", "-in", `${name}.pem`, "-noout", "-serial").toString().trim().split("=")
  const [, body = ""] = /-----BEGIN X509 CRL-----([^-]+)/.exec(list.toString("latin1")) ?? []
  const changed = Buffer.from(body, "base64")
  const last = changed.indexOf(Buffer.from(serial, "hex")) + serial.length / 2 - 1
  changed.writeUInt8(changed.readUInt8(last) ^ 1, last)
  return changed
}

const pass =
  (to: string, change: (answer: Buffer) => Buffer = (answer) => answer): Behaviour =>
  async (body, response) =>
    response.end(change(await post(to, body)))

const lists = (openssl: Openssl) => {
  const point = (address: string) =>
    `[list]\nissuingDistributionPoint=critical,@point\n[point]\nfullname=URI:${address}\n`
  return {
    root: openssl.list("root"),
    wide: openssl.list("wide"),
    constrained: openssl.list("constrained"),
    mute: openssl.list("mute"),
    fallen: openssl.list("fallen"),
    weak: openssl.list("sub", [-0.01, 1], "", "sha1"),
    stale: openssl.list("sub", [-3, -2]),
    early: openssl.list("sub", [0.5, 1]),
    forged: openssl.list("twin"),
    elsewhere: openssl.list("sub", [-0.01, 1], point("http://127.0.0.1/elsewhere.crl")),
    authorities: openssl.list(
      "sub",
      [-0.01, 1],
      "[list]\nissuingDistributionPoint=critical,@point\n[point]\nonlyCA=TRUE\n"
    ),
    delta: openssl.list("sub", [-0.01, 1], "[list]\ndeltaCRL=critical,ASN1:INTEGER:1\n"),
    persons: openssl.list(
      "sub",
      [-0.01, 1],
      "[list]\nissuingDistributionPoint=critical,@point\n[point]\nonlyuser=TRUE\n"
    ),
    sub: openssl.list("sub")
  }
}

const waysOf = (openssl: Openssl, address: string): World["ways"] => {
  const {
    authorities,
    constrained,
    delta,
    early,
    elsewhere,
    fallen,
    forged,
    mute,
    persons,
    root,
    stale,
    sub,
    weak,
    wide
  } = lists(openssl)
  const altered = without(openssl, sub, "lost")
  const crl = (...found: ReadonlyArray<Buffer>) => ({ lists: Effect.succeed([root, wide, ...found]) })
  const listed = (...found: ReadonlyArray<Buffer>) => ({ required: true, crl: crl(...found) })
  const answered = (path?: string, more: object = {}) => ({
    required: true,
    crl: crl(),
    ocsp: path === undefined ? more : { address: `${address}/${path}`, ...more }
  })
  return {
    nothing: { required: true },
    "nothing, which will do": { required: false, crl: crl() },
    lists: listed(sub, constrained, mute, fallen),
    "a list of persons": listed(persons),
    "a stale list": listed(stale),
    "a list of tomorrow": listed(early),
    "a forged list": listed(forged),
    "a list signed with SHA-1": listed(weak),
    "an altered list": listed(altered),
    "a list of another place": listed(elsewhere),
    "a list of authorities": listed(authorities),
    "a delta list": listed(delta),
    "a stale list and the responder": { ...listed(stale), ocsp: {} },
    "a fetched list": { required: true, crl: { ...crl(), fetched: true } },
    "the responder": answered(),
    "a responder that signs as the authority": answered("own"),
    "a responder of another authority": answered("foreign"),
    "a responder without the power": answered("powerless"),
    "a responder whose power has ended": answered("ended"),
    "a responder that signs with SHA-1": answered("weak"),
    "another question's answer": answered("replayed"),
    "an answer without nonce": answered("nonceless"),
    "an answer without nonce, which will do": answered("nonceless", { nonceOptional: true }),
    "an altered answer": answered("altered"),
    "a responder that says to come later": answered("later"),
    "no responder": answered("missing"),
    "a responder that talks nonsense": answered("nonsense"),
    "a responder that points elsewhere": answered("elsewhere"),
    "a responder that never ends": answered("endless"),
    "a responder that is silent": { ...answered("silent"), timeoutMillis: 300 },
    "a responder that is down": {
      ...answered(),
      ocsp: { address: "http://127.0.0.1:9/" }
    }
  }
}

const behave = async (openssl: Openssl, behaviours: Map<string, Behaviour>) => {
  const [good, own, foreign, powerless, ended, weak] = await Promise.all([
    openssl.responder("sub", "ocsp"),
    openssl.responder("sub", "sub"),
    openssl.responder("sub", "otherOcsp"),
    openssl.responder("sub", "rsa", "holder"),
    openssl.responder("sub", "oldOcsp"),
    openssl.responder("sub", "ocsp", "ocsp", "sha1")
  ])
  const replayed = await recorded(openssl, good, "-nonce")
  const nonceless = await recorded(openssl, good, "-no_nonce")
  const all: Record<string, Behaviour> = {
    ocsp: pass(good),
    own: pass(own),
    foreign: pass(foreign),
    powerless: pass(powerless),
    ended: pass(ended),
    weak: pass(weak),
    replayed: (_, response) => response.end(replayed),
    nonceless: (_, response) => response.end(nonceless),
    altered: pass(good, redated),
    later: (_, response) => response.end(Buffer.from("30030a0103", "hex")),
    nonsense: (_, response) => response.end("nonsense"),
    elsewhere: (_, response) => response.writeHead(307, { location: "/ocsp" }).end(),
    endless: (_, response) => {
      const part = Buffer.alloc(16_384)
      const more = () => void (response.destroyed || response.write(part, more))
      more()
    },
    silent: () => undefined,
    "sub.crl": (_, response) => response.end(openssl.read("sub.crl"))
  }
  for (const [path, behaviour] of Object.entries(all)) behaviours.set(`/${path}`, behaviour)
}

/** Makes the world; it takes some seconds. */
export const make = async (): Promise<World> => {
  const openssl = new Openssl()
  const asked = new Map<string, number>()
  const behaviours = new Map<string, Behaviour>()
  const [server, address] = await serve(asked, behaviours)
  issueAuthorities(openssl)
  issueHolders(openssl, address)
  const ways = waysOf(openssl, address)
  await behave(openssl, behaviours)
  const close = () => {
    server.closeAllConnections()
    server.close()
    openssl.close()
  }
  return { openssl, ways, asked, close }
}
