/** A QR code, drawn on the phone without any network, as SVG without styles. */

import { generate } from "../../../vendor/lean-qr/lean-qr.js";

const SVG = "http://www.w3.org/2000/svg";
const QUIET_MODULES = 4;

/**
 * @param {string} text what it says
 * @param {string} label for who cannot see it
 * @returns {SVGElement}
 */
export function qrCode(text, label) {
  const code = generate(text);
  const side = code.size + 2 * QUIET_MODULES;
  let path = "";
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      if (code.get(x, y)) path += `M${x + QUIET_MODULES} ${y + QUIET_MODULES}h1v1h-1z`;
    }
  }
  const svg = element("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, "shape-rendering": "crispEdges" });
  svg.append(element("rect", { width: side, height: side, fill: "#ffffff" }), element("path", { d: path, fill: "#000000" }));
  return svg;
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
