/** Reasons to tap instead of typing. What describes a 否 comes with the checklist: `item.phrases`. */

const FOR_NOT_APPLICABLE = ["本次未涉及这一环节", "法律另有规定", "本领域无此要求"];

const WITHOUT_EVIDENCE = ["现场不宜拍照", "事情已发生，来不及拍", "只是言语，没有实物"];

/**
 * Reasons that may be given for 不适用 at this item, the checklist's own hint first.
 * @param {{na_hint?: string|null}} item
 * @returns {string[]}
 */
export function naReasons(item) {
  const own = (item.na_hint ?? "").replace(/[,，]?选“不适用”(并注明依据)?/, "").trim();
  return own ? [own, ...FOR_NOT_APPLICABLE] : FOR_NOT_APPLICABLE;
}

/** @returns {string[]} reasons why a 否 has neither a note nor evidence */
export function withoutEvidenceReasons() {
  return WITHOUT_EVIDENCE;
}
