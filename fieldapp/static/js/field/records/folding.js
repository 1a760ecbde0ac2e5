/** Writing that a person would call the same, brought to one form: for comparing and searching, as folding.py has it. Pure. */

const DOTS = /[•‧∙⋅・･᛫]/g;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;
const DASHES = /[\p{Pd}\u2212]/gu;

/** Neither width, case, blanks nor marks without a shape; one dash, one middle dot. @param {string} text */
export function folded(text) {
  const seen = text.replace(DOTS, "·").normalize("NFKC").replace(UNSEEN, "").replace(DASHES, "-");
  return seen.toLowerCase().normalize("NFKC");
}
