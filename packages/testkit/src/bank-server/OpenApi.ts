/**
 * The bank API as an OpenAPI 3.1 document. Bodies are described by the schemas that read them.
 */
import { type JsonSchema, Schema } from "effect"
import { bodies } from "./BankApi.ts"

type Json = JsonSchema.JsonSchema

const text = (description: string): Json => ({ type: "string", description })
const reference = text("The reference of the request, as it was given.")
const at: Json = { type: "string", format: "date-time", description: "When it was done." }
const bankReference = text("The bank's own number of it.")
const holderKana = text("The holder's name in kana.")
const factors: Json = { type: "integer", minimum: 0, maximum: 9, description: "How many factors the bank checked." }

const object = (properties: Readonly<Record<string, Json>>): Json => ({
  type: "object",
  required: Object.keys(properties),
  properties
})
const status = (word: string): Json => ({ const: word })

const schemas: Readonly<Record<string, Json>> = {
  Transferred: object({ reference, bankReference, at }),
  Linked: object({ reference, holderKana, factors }),
  LinkPage: object({ reference, page: { type: "string", format: "uri", description: "Where the holder goes on." } }),
  Known: {
    oneOf: [
      object({ reference, status: { enum: ["pending", "notFound", "interrupted"] } }),
      object({ reference, status: { enum: ["debited", "credited"] }, bankReference, at }),
      object({ reference, status: status("linked"), holderKana, factors }),
      object({ reference, status: status("refused"), code: text("Why.") })
    ]
  },
  Problem: {
    ...object({
      type: text("about:blank"),
      title: text("What it is."),
      status: { type: "integer" },
      code: text("Why.")
    }),
    description: "RFC 9457."
  }
}

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const answers = (name: string, description: string): Json => ({
  description,
  content: { "application/json": { schema: ref(name) } }
})
const problems = (description: string): Json => ({
  description,
  content: { "application/problem+json": { schema: ref("Problem") } }
})

const notTaken: Readonly<Record<string, Json>> = {
  "400": problems("bodyMalformed or referenceMalformed: nothing was taken in."),
  "401": problems("unauthorized: nothing was taken in."),
  "503": problems("notAccepted: nothing was taken in; ask again.")
}

const bodySchema = (path: keyof typeof bodies): Json => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(bodies[path], { onExcessProperty: "error" })
  // Definitions of a body stand within it, so that equal names of two bodies cannot meet.
  return Object.keys(definitions).length === 0 ? schema : { ...schema, $defs: definitions }
}

const command = (path: keyof typeof bodies, summary: string, success: Readonly<Record<string, Json>>): Json => ({
  post: {
    summary,
    description: "Once for a reference: asked again with the same content, it is answered alike and nothing is done.",
    requestBody: { required: true, content: { "application/json": { schema: bodySchema(path) } } },
    responses: {
      ...success,
      ...notTaken,
      "409": problems("referenceReused: the reference was used before for something else."),
      "413": problems("bodyTooLarge: nothing was taken in."),
      "415": problems("mediaTypeUnsupported: nothing was taken in."),
      "422": problems("The bank refuses for good; the code is its reason. Nothing was done."),
      "500": problems("internalError: what became of it is to be inquired.")
    }
  }
})

const done = { "200": answers("Transferred", "It was done.") }

/** The document. */
export const openApi: Readonly<Record<string, unknown>> = {
  openapi: "3.1.0",
  info: {
    title: "Bank API",
    version: "1.0.0",
    description:
      "What a wallet asks a bank: to link an account, to debit and to credit it, and what became of a request.",
    license: { name: "MIT", identifier: "MIT" }
  },
  servers: [{ url: "/" }],
  security: [{ wallet: [] }],
  paths: {
    "/links": command("/links", "Begins to link an account.", {
      "200": answers("Linked", "It is linked, with this evidence."),
      "202": answers(
        "LinkPage",
        "The holder goes through the bank's page; the outcome is reported and can be inquired."
      )
    }),
    "/debits": command("/debits", "Debits a linked account. The amount is in yen.", done),
    "/credits": command("/credits", "Credits a linked account. The amount is in yen.", done),
    "/requests/{reference}": {
      get: {
        summary: "Says what became of a request. A reference that never came is answered with 200 and notFound.",
        parameters: [{ name: "reference", in: "path", required: true, schema: { type: "string" } }],
        responses: { "200": answers("Known", "What is known."), ...notTaken }
      }
    }
  },
  components: { schemas, securitySchemes: { wallet: { type: "http", scheme: "bearer" } } }
}
