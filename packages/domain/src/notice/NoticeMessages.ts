/**
 * Notice messages: a notice as the mail, or the text message, that tells it.
 */
import type { Language } from "../account/Holder.ts"
import { type InEach, type Letter, type Line, line, segment, segmentUnits, unlinked } from "./Messages.ts"
import type { FactsFor, HolderKind } from "./NoticeText.ts"
import { noticeTexts } from "./NoticeTexts.ts"

const footers: InEach<(contact: Line) => string> = {
  ja: (contact) => `お問い合わせ: ${contact}\n※このメールは送信専用です。`,
  en: (contact) => `Contact: ${contact}\nReplies to this address are not read.`
}

const asks: InEach<(contact: Line) => string> = {
  ja: (contact) => `お心当たりがなければ ${contact}`,
  en: (contact) => `Not you? ${contact}`
}

/** The mail of a notice. */
export const noticeMail = <Kind extends HolderKind>(kind: Kind, language: Language, facts: FactsFor<Kind>): Letter => {
  const { paragraphs, subject } = noticeTexts[kind][language](facts)
  return { subject: line(subject), text: `${[...paragraphs, footers[language](facts.contact)].join("\n\n")}\n` }
}

/** The text message of a notice: what a mail's subject says, and whom to ask where that fits in the segment. */
export const noticeSms = <Kind extends HolderKind>(kind: Kind, language: Language, facts: FactsFor<Kind>): string => {
  const { subject } = noticeTexts[kind][language](facts)
  const ask = asks[language](unlinked(facts.contact))
  return segment(subject.length + 1 + ask.length <= segmentUnits ? [subject, ask] : [subject])
}
