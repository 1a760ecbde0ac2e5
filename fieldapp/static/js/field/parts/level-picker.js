/** The five levels, by face and word. */
import { LEVELS } from "../records/interview-form.js";
import { choices } from "./choices.js";

const FACES = "/static/img/faces.svg";
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {HTMLElement} holder
 * @param {number|null} value 1–5
 * @param {(level: number) => void} onChange
 */
export function levelPicker(holder, value, onChange) {
  return choices(holder, LEVELS, { value, onChange, className: "level", dress });
}

function dress(button, level, words) {
  const face = document.createElementNS(SVG, "svg");
  face.setAttribute("class", "icon");
  face.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${FACES}#level-${level}`);
  face.append(use);
  button.append(face, words);
}
