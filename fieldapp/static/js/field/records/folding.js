/** Writing that a person would call the same, brought to one form: for comparing and searching, as folding.py has it. Pure. */

/** Neither width, case, blanks nor marks without a shape; one dash, one middle dot. @param {string} text */
export function folded(text) {
  return text.replace(/[•‧∙⋅・･᛫]/g, "·").normalize("NFKC").toLowerCase()
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{DI}]/gu, "").replace(/[\p{Pd}\u2212]/gu, "-").normalize("NFKC");
}
