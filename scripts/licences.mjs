/**
 * Checks what the repository takes in: licences, exact versions, one effect, no surprise in the lock file.
 *
 * It reads package.json files and package-lock.json only, prints one line when all is well, and otherwise one line
 * per finding and exits with 1.
 */
import { readFileSync } from "node:fs"

const read = (path) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"))

/** Licences that may be passed on with an MIT work without a duty on its users. */
const shipped = new Set(["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MIT-0"])
/** MPL-2.0 binds changes to its own files; it is accepted for tools that are not passed on. */
const tools = new Set([...shipped, "MPL-2.0"])

const manifest = read("package.json")
const lock = read("package-lock.json")
const workspaces = manifest.workspaces.map((folder) => ({ folder, ...read(`${folder}/package.json`) }))
const taken = Object.entries(lock.packages).filter(([path, entry]) => path.includes("node_modules/") && !entry.link)
const nameOf = (path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)

const licences = taken.flatMap(([path, { dev, license }]) =>
  (dev ? tools : shipped).has(license) ? [] : [`${nameOf(path)}: licence ${license ?? "unknown"} is not on the list`]
)

const exact = [{ folder: ".", ...manifest }, ...workspaces].flatMap(({ folder, dependencies, devDependencies }) =>
  Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/.test(version))
    .map(([name, version]) => `${folder}/package.json: ${name} ${version} is not an exact version`)
)

const versions = new Set([manifest, ...workspaces].map(({ version }) => version))
const released = versions.size === 1 ? [] : [`the packages have different versions: ${[...versions].join(", ")}`]

const ownLicence = [manifest, ...workspaces].flatMap(({ name, license }) =>
  license === "MIT" ? [] : [`${name}: its own licence is ${license ?? "not given"}`]
)

const effects = taken.filter(([path]) => nameOf(path) === "effect").map(([, { version }]) => version)
const oneEffect = effects.length === 1 ? [] : [`effect is installed ${effects.length} times: ${effects.join(", ")}`]

const origins = taken.flatMap(([path, { resolved, integrity }]) => [
  ...(resolved === undefined ? [] : [`${nameOf(path)}: the lock file names where it came from: ${resolved}`]),
  ...(integrity === undefined ? [`${nameOf(path)}: no integrity hash`] : [])
])

const scripts = taken.flatMap(([path, { hasInstallScript }]) =>
  hasInstallScript && !Object.hasOwn(manifest.allowScripts, nameOf(path))
    ? [`${nameOf(path)}: runs a script at installation and is not in allowScripts`]
    : []
)

const findings = [licences, exact, released, ownLicence, oneEffect, origins, scripts].flat()
for (const finding of findings) console.error(finding)
if (findings.length === 0) console.log(`${taken.length} packages in the lock file, effect ${effects[0]}: all as agreed`)
process.exitCode = findings.length === 0 ? 0 : 1
